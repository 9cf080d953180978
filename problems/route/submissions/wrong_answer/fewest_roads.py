#!/usr/bin/env python3
# Takes the route with the fewest roads, whatever the time.
from collections import deque

n, m = map(int, input().split())
roads = [[] for _ in range(n + 1)]
for _ in range(m):
    a, b, t = map(int, input().split())
    roads[a].append((b, t))
    roads[b].append((a, t))

routes = {1: (0, [1])}
queue = deque([1])
while queue:
    town = queue.popleft()
    time, towns = routes[town]
    for neighbour, t in roads[town]:
        if neighbour not in routes:
            routes[neighbour] = (time + t, towns + [neighbour])
            queue.append(neighbour)
if n in routes:
    print(routes[n][0])
    print(*routes[n][1])
else:
    print(-1)
