#!/usr/bin/env python3
"""Exits with 42 if the input is just what the statement promises."""
import re
import sys

match = re.fullmatch(r"([1-9][0-9]*) ([1-9][0-9]*)\n", sys.stdin.read())
assert match, "not one line with two positive integers"
a, b = map(int, match.groups())
assert a <= b <= 10**12, "out of range"
assert b - a <= 500_000, "the stretch is too long"
sys.exit(42)
