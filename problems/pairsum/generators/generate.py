#!/usr/bin/env python3
"""Writes the secret cases of pairsum, always the same ones."""
import random

RANDOM = random.Random(4242)
LARGEST = 10**9


def answer(total, weights):
    seen = {}
    for number, weight in enumerate(weights, start=1):
        if total - weight in seen:
            return f"{seen[total - weight]} {number}"
        seen.setdefault(weight, number)
    return "impossible"


def write(name, total, weights):
    with open(f"data/secret/{name}.in", "w") as file:
        print(len(weights), total, file=file)
        print(*weights, file=file)
    with open(f"data/secret/{name}.ans", "w") as file:
        print(answer(total, weights), file=file)


def odd_total():
    """Even weights never add up to an odd total. They repeat, so that the file packs well."""
    cycle = [2 * RANDOM.randint(1, LARGEST // 2) for _ in range(1000)]
    return LARGEST + 1, cycle * 200


def last_two():
    """Multiples of three, and two crates at the very end that are not."""
    cycle = [3 * RANDOM.randint(1, LARGEST // 3) for _ in range(1000)]
    weights = cycle * 200
    weights[-2:] = [100_000_001, 233_333_333]
    return sum(weights[-2:]), weights


write("01-one-crate", 2, [1])
write("02-heaviest", 2 * LARGEST, [LARGEST, 1, LARGEST])
write("03-half-only-once", 1000, [500, 499, 502, 1, 998, 3])
write("04-every-pair", 2, [1] * 50)
write("05-several-pairs", 5000, [RANDOM.randint(1, 5000) for _ in range(2000)])
write("06-impossible-large", *odd_total())
write("07-last-two", *last_two())
