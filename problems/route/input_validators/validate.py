#!/usr/bin/env python3
"""Exits with 42 if the input is just what the statement promises."""
import re
import sys

lines = sys.stdin.read().split("\n")
assert lines.pop() == "", "the last line is not ended"
assert re.fullmatch(r"[1-9][0-9]* (0|[1-9][0-9]*)", lines[0]), "line 1: not two integers"
n, m = map(int, lines[0].split())
assert 2 <= n <= 2000 and m <= 10_000, "line 1: out of range"
assert len(lines) == m + 1, "wrong number of lines"
for number, line in enumerate(lines[1:], start=2):
    assert re.fullmatch(r"[1-9][0-9]* [1-9][0-9]* [1-9][0-9]*", line), f"line {number}: not a road"
    a, b, t = map(int, line.split())
    assert a <= n and b <= n and a != b and t <= 10**6, f"line {number}: out of range"
sys.exit(42)
