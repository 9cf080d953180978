import sys

lines = iter(sys.stdin)
for _ in range(int(next(lines))):
    a, b = map(int, next(lines).split())
    print(abs(a - b))
