from math import isqrt

a, b = map(int, input().split())
limit = isqrt(b)

prime = bytearray([1]) * (limit + 1)
lantern = bytearray([1]) * (b - a + 1)
for p in range(2, limit + 1):
    if not prime[p]:
        continue
    if p * p <= limit:
        prime[p * p :: p] = bytes(len(range(p * p, limit + 1, p)))
    first = max(p * p, -(-a // p) * p) - a
    if first < len(lantern):
        lantern[first::p] = bytes(len(range(first, len(lantern), p)))
if a == 1:
    lantern[0] = 0
print(lantern.count(1))
