#!/usr/bin/env python3
"""Exits with 42 if the input is just what the statement promises."""
import re
import sys

ENTRY = re.compile(rb"(0|-?[1-9][0-9]{0,9})\n")

stream = sys.stdin.buffer
first = stream.readline()
assert re.fullmatch(rb"[1-9][0-9]{0,6}\n", first), "line 1: not a number of entries"
n = int(first)
assert n <= 2_500_000, "line 1: too many entries"
size = len(first)
for number in range(2, n + 2):
    line = stream.readline()
    size += len(line)
    assert ENTRY.fullmatch(line), f"line {number}: not an entry"
    assert abs(int(line)) <= 10**9, f"line {number}: out of range"
assert stream.read() == b"", "more lines than entries"
assert size <= 20 * 2**20, "more than 20 MiB"
sys.exit(42)
