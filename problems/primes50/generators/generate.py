#!/usr/bin/env python3
"""Writes the secret cases of primes50, always the same ones."""
import random
from math import isqrt

RANDOM = random.Random(50)
LONGEST = 500_000
FARTHEST = 10**12


def primes_up_to(limit):
    sieve = bytearray([1]) * (limit + 1)
    sieve[:2] = b"\0\0"
    for p in range(2, isqrt(limit) + 1):
        if sieve[p]:
            sieve[p * p :: p] = bytes(len(range(p * p, limit + 1, p)))
    return [n for n in range(limit + 1) if sieve[n]]


PRIMES = primes_up_to(isqrt(FARTHEST))


def count(a, b):
    lantern = bytearray([1]) * (b - a + 1)
    if a == 1:
        lantern[0] = 0
    for p in PRIMES:
        if p * p > b:
            break
        first = max(p * p, -(-a // p) * p)
        if first <= b:
            lantern[first - a :: p] = bytes(len(range(first, b + 1, p)))
    return sum(lantern)


def stretches():
    # The start of the street, house by house.
    yield from [(1, 1), (1, 2), (2, 2), (3, 4), (4, 4), (1, 100), (9, 9), (25, 49)]
    # Around squares of primes, where a sieve that stops too early fails.
    for p in [11, 101, 997, 9973, 99991, 999983]:
        yield p * p - 2, p * p + 2
    # Whole stretches, the farthest first.
    for exponent in range(11, 5, -1):
        start = RANDOM.randint(10**exponent, 9 * 10**exponent)
        yield start, start + LONGEST
    # Around powers of two, where numbers overflow.
    for bits in [16, 31, 32, 33, 39]:
        yield 2**bits - 1000, 2**bits + 1000
    # Single houses, far out: primes, a square, products of two large primes.
    yield from [(n, n) for n in [999999999989, 999999999988, 999983**2, 999979 * 999983, 104729]]
    # Long gaps between primes.
    yield from [(31398, 31468), (370262, 370372), (20831324, 20831532)]
    # Short ones anywhere.
    for _ in range(13):
        start = RANDOM.randint(1, FARTHEST - LONGEST)
        yield start, start + RANDOM.randint(0, 2000)
    # The start and the end of the street, as long as they get.
    yield from [(1, LONGEST), (2, LONGEST + 2), (FARTHEST - LONGEST, FARTHEST), (FARTHEST, FARTHEST)]


cases = list(stretches())
assert len(cases) == 50
for number, (a, b) in enumerate(cases, start=1):
    with open(f"data/secret/{number:02}.in", "w") as file:
        print(a, b, file=file)
    with open(f"data/secret/{number:02}.ans", "w") as file:
        print(count(a, b), file=file)
