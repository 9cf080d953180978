#!/usr/bin/env python3
"""Exits with 42 if the input is just what the statement promises."""
import re
import sys

INTEGER = rb"(0|-?[1-9][0-9]*)"

lines = sys.stdin.buffer.read().split(b"\n")
assert lines.pop() == b"", "the last line is not ended"
assert re.fullmatch(INTEGER, lines[0]), "line 1: not an integer"
n = int(lines[0])
assert 1 <= n <= 1000, "line 1: n out of range"
assert len(lines) == n + 1, "wrong number of lines"
for number, line in enumerate(lines[1:], start=2):
    match = re.fullmatch(INTEGER + b" " + INTEGER, line)
    assert match, f"line {number}: not two integers"
    assert all(abs(int(x)) <= 10**18 for x in match.groups()), f"line {number}: out of range"
sys.exit(42)
