import math


def mild_mean(readings):
    """Mean of the readings without the coldest and the warmest."""
    kept = sorted(readings)[1:-1]
    return math.fsum(kept) / len(kept)
