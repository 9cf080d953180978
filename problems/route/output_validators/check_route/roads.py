"""The map of an input file."""


def read_roads(path):
    """The number of towns, and the fastest road for each pair of neighbours, both ways round."""
    with open(path) as file:
        n, m = map(int, file.readline().split())
        roads = {}
        for _ in range(m):
            a, b, t = map(int, file.readline().split())
            for pair in ((a, b), (b, a)):
                roads[pair] = min(t, roads.get(pair, t))
    return n, roads
