#!/usr/bin/env python3
"""Writes the secret cases of route, always the same ones."""
import random
from heapq import heappop, heappush

RANDOM = random.Random(1836)


def answer(n, roads):
    neighbours = [[] for _ in range(n + 1)]
    for a, b, t in roads:
        neighbours[a].append((b, t))
        neighbours[b].append((a, t))
    queue, came_from = [(0, 1, 0)], {}
    while queue:
        time, town, previous = heappop(queue)
        if town in came_from:
            continue
        came_from[town] = previous
        if town == n:
            towns = [n]
            while towns[-1] != 1:
                towns.append(came_from[towns[-1]])
            return f"{time}\n" + " ".join(map(str, reversed(towns)))
        for neighbour, t in neighbours[town]:
            heappush(queue, (time + t, neighbour, town))
    return "-1"


def write(name, n, roads):
    with open(f"data/secret/{name}.in", "w") as file:
        print(n, len(roads), file=file)
        for road in roads:
            print(*road, file=file)
    with open(f"data/secret/{name}.ans", "w") as file:
        print(answer(n, roads), file=file)


def grid(side):
    """A square of towns with equal roads: very many routes of the same length."""
    roads = []
    for row in range(side):
        for column in range(side):
            town = row * side + column + 1
            if column + 1 < side:
                roads.append((town, town + 1, 7))
            if row + 1 < side:
                roads.append((town + side, town, 7))
    return side * side, roads


def anywhere(n, m):
    roads = [(RANDOM.randint(1, town - 1), town, RANDOM.randint(1, 10**6)) for town in range(2, n + 1)]
    while len(roads) < m:
        a, b = RANDOM.sample(range(1, n + 1), 2)
        roads.append((a, b, RANDOM.randint(1, 10**6)))
    RANDOM.shuffle(roads)
    return n, roads


write("1_two_towns", 2, [(2, 1, 9), (1, 2, 5), (2, 1, 7)])
write("2_no_road", 5, [(1, 2, 1), (2, 3, 1), (3, 1, 1), (4, 5, 1)])
write("3_many_short_roads", 12, [(i, i + 1, 10) for i in range(1, 12)] + [(1, 12, 111), (1, 6, 51)])
write("4_grid", *grid(12))
write("5_long_way", 2000, [(i, i + 1, 10**6) for i in range(1, 2000)])
write("6_anywhere", *anywhere(2000, 10_000))
