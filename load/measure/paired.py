"""Whether two servers that were measured in turns differ."""

import itertools
import math
import statistics

LEVEL = 0.05
MOST_ROUNDS = 16  # Of which all sign changes can be tried.


def probability(ratios):
    """
    How often chance alone makes the ratios of the rounds lie as far from 1 as these do: the exact permutation test of
    pairs. If the servers do not differ, each ratio is as likely as its inverse.
    """
    logs = [math.log(ratio) for ratio in ratios]
    found = abs(sum(logs)) * (1 - 1e-12)
    signs = list(itertools.product((1, -1), repeat=len(logs)))
    return sum(abs(sum(map(math.prod, zip(sign, logs)))) >= found for sign in signs) / len(signs)


def verdict(ratios, comparisons):
    """Words for a row of a table with that many comparisons, each of which may be wrong."""
    needed = LEVEL / comparisons
    if probability(ratios) <= needed:
        return f"{statistics.median(ratios) - 1:+.0%}"
    return "no difference shown" if 2 ** (1 - len(ratios)) <= needed else "too few rounds to tell"
