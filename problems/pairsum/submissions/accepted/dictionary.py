def find(total, weights):
    seen = {}
    for number, weight in enumerate(weights, start=1):
        if total - weight in seen:
            return seen[total - weight], number
        seen[weight] = number
    return ("impossible",)


n, t = map(int, input().split())
print(*find(t, map(int, input().split())))
