#!/usr/bin/env python3
# Searches from town n, and so prints another one of equally fast routes than the C++ program.
import heapq

n, m = map(int, input().split())
roads = [[] for _ in range(n + 1)]
for _ in range(m):
    a, b, t = map(int, input().split())
    roads[a].append((b, t))
    roads[b].append((a, t))

following = {}
queue = [(0, -n, 0)]
while queue:
    time, town, after = heapq.heappop(queue)
    town = -town
    if town in following:
        continue
    following[town] = after
    if town == 1:
        break
    for neighbour, t in roads[town]:
        heapq.heappush(queue, (time + t, -neighbour, town))

if 1 in following:
    print(time)
    towns = [1]
    while following[towns[-1]] != 0:
        towns.append(following[towns[-1]])
    print(*towns)
else:
    print(-1)
