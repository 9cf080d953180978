#!/usr/bin/env python3
"""Exits with 42 if the input is just what the statement promises."""
import re
import sys
from decimal import Decimal

READING = r"-?(0|[1-9][0-9]*)(\.[0-9]{1,6})?"

match = re.fullmatch(r"([1-9][0-9]*)\n([^\n]*)\n", sys.stdin.read())
assert match, "not two lines"
n = int(match[1])
assert 3 <= n <= 2000, "n out of range"
readings = match[2].split(" ")
assert len(readings) == n, "wrong number of readings"
for reading in readings:
    assert re.fullmatch(READING, reading), f"not a reading: {reading}"
    assert abs(Decimal(reading)) <= 10**9, f"out of range: {reading}"
sys.exit(42)
