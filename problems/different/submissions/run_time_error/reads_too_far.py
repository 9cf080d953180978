# Answers every day, then asks for one more.
days = int(input())
for _ in range(days + 1):
    a, b = map(int, input().split())
    print(abs(a - b))
