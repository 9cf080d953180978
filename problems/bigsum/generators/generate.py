#!/usr/bin/env python3
"""Writes the secret cases of bigsum, always the same ones."""
import random

RANDOM = random.Random(20)
LARGEST = 10**9
LONGEST = 20 * 2**20


def write(name, entries):
    balance = highest = 0
    for entry in entries:
        balance += entry
        highest = max(highest, balance)
    with open(f"data/secret/{name}.in", "w") as file:
        file.write(f"{len(entries)}\n")
        file.writelines(f"{entry}\n" for entry in entries)
    with open(f"data/secret/{name}.ans", "w") as file:
        print(balance, highest, file=file)


def fill(page):
    """The page over and over, until the file is as long as it may be."""
    page_bytes = sum(len(f"{entry}\n") for entry in page)
    return page * ((LONGEST - 10) // page_bytes)


def any_year():
    return [RANDOM.randint(-(10 ** RANDOM.randint(1, 9)), LARGEST) for _ in range(1000)]


write("1-one-candle", [7])
write("2-only-losses", [-1, 0, -LARGEST, -LARGEST, -LARGEST])
write("3-up-and-down", [RANDOM.randint(-LARGEST, LARGEST) for _ in range(5000)])
write("4-twenty-megabytes", fill(any_year()))
# Thin years after a long rise: the highest balance lies in the middle.
rise = fill(any_year())[: 1_000_000]
write("5-twenty-megabytes-fall", rise + [-entry for entry in rise[-900_000:]])
