#!/usr/bin/env python3
"""Exits with 42 if the input is just what the statement promises."""
import re
import sys

lines = sys.stdin.read().split("\n")
assert len(lines) == 3 and lines[2] == "", "not two lines"
assert re.fullmatch(r"[1-9][0-9]* [1-9][0-9]*", lines[0]), "line 1: not two positive integers"
n, t = map(int, lines[0].split())
assert n <= 200_000 and t <= 2 * 10**9, "line 1: out of range"
assert re.fullmatch(r"[1-9][0-9]*( [1-9][0-9]*)*", lines[1]), "line 2: not positive integers"
weights = list(map(int, lines[1].split()))
assert len(weights) == n, "line 2: wrong number of weights"
assert max(weights) <= 10**9, "line 2: a weight is out of range"
sys.exit(42)
