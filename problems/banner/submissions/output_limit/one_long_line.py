#!/usr/bin/env python3
# @EXPECTED_RESULTS@: OUTPUT-LIMIT
# A frame as wide as the street: more than the megabyte that the problem allows, in one line.
import sys

width, lines = map(int, input().split())
for _ in range(100):
    sys.stdout.write("-" * (width * 10_000))
