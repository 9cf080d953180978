#!/usr/bin/env python3
"""Exits with 42 if the input is just what the statement promises."""
import re
import sys

lines = sys.stdin.buffer.read().split(b"\n")
assert lines.pop() == b"", "the last line is not ended"
assert re.fullmatch(rb"[1-9][0-9]? [1-9][0-9]{0,2}", lines[0]), "line 1: not two integers"
w, n = map(int, lines[0].split())
assert w <= 60 and n <= 100, "line 1: out of range"
assert len(lines) == n + 1, "wrong number of lines"
for number, line in enumerate(lines[1:], start=2):
    assert re.fullmatch(rb"[!-~]([ -~]*[!-~])?", line), f"line {number}: not a line of text"
    assert len(line) <= w, f"line {number}: too long"
sys.exit(42)
