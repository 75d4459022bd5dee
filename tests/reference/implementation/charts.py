"""Limits of XmR and p' charts, and what drove a product, straight from their definitions."""

from collections.abc import Mapping, Sequence
from itertools import permutations
from math import log, log1p, prod, sqrt


def xmr(values: Sequence[float | None]) -> tuple[float, float] | None:
    """Mean and mean moving range; a None is a gap across which there is no range."""
    known = [value for value in values if value is not None]
    ranges: list[float] = []
    for index in range(1, len(values)):
        now, before = values[index], values[index - 1]
        if now is not None and before is not None:
            ranges.append(abs(now - before))
    if len(known) < 6 or not ranges:
        return None
    return sum(known) / len(known), sum(ranges) / len(ranges)


def p_prime(counts: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Centre and sigma z of (numerator, denominator); weeks without a denominator are skipped."""
    counts = [(x, n) for x, n in counts if n > 0]
    if len(counts) < 6:
        return None
    centre = sum(x for x, _ in counts) / sum(n for _, n in counts)
    if centre <= 0 or centre >= 1:
        return None
    scores = [(x / n - centre) / sqrt(centre * (1 - centre) / n) for x, n in counts]
    steps = [abs(scores[i] - scores[i - 1]) for i in range(1, len(scores))]
    return centre, sum(steps) / len(steps) / 1.128


def lmdi(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """Log-mean weight x log ratio of each factor."""
    old, new = prod(before.values()), prod(after.values())
    gap = (new - old) / old
    # the logarithm of a ratio near 1 has lost the digits of the gap
    ratio = log1p(gap) if abs(gap) < 0.5 else log(new / old)
    weight = (new - old) / ratio if gap else new
    return {name: weight * log(after[name] / before[name]) for name in before}


def shapley(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """The mean of a factor's effect over all orders in which the factors can change."""
    effects: dict[str, list[float]] = {name: [] for name in before}
    for order in permutations(before):
        for place, name in enumerate(order):
            changed = {*order[:place]}
            base = {each: (after if each in changed else before)[each] for each in before}
            effects[name].append(prod({**base, name: after[name]}.values()) - prod(base.values()))
    return {name: sum(values) / len(values) for name, values in effects.items()}
