#!/usr/bin/env python3
# str.center() will not do: it puts the blank that is left over now on this side, now on that.
width, lines = map(int, input().split())
frame = "+" + "-" * width + "+"
print(frame)
for _ in range(lines):
    text = input()
    left = " " * ((width - len(text)) // 2)
    print("|" + (left + text).ljust(width) + "|")
print(frame)
