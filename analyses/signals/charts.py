"""The formulas of the two charts, on plain numbers: XmR and Laney's p'.

Source: Wheeler's process behaviour chart with 2.66 and 3.268, his rounding of 3 / d2 and D4;
Laney's p' chart. metrics.md 7.1 and 7.2, with the published NIST and NHS series.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import comb, exp, sqrt
from statistics import fmean

MINIMUM_POINTS = 6
XMR_FACTOR = 2.66
RANGE_FACTOR = 3.268
D2 = 1.128
TAIL = 0.00135  # what a normal distribution leaves beyond three standard deviations


@dataclass(frozen=True)
class Xmr:
    """Limits of a process behaviour chart."""

    center: float
    mean_moving_range: float
    lower: float
    upper: float
    range_upper: float


@dataclass(frozen=True)
class PPrime:
    """Centre and overdispersion (sigma z) of a p' chart."""

    center: float
    sigma_z: float


def compute_xmr(values: Sequence[float | None]) -> Xmr | None:
    """Centre +/- 2.66 mean moving ranges; None below 6 points or without two neighbours.

    A None in the values is a gap: the moving range across it is not used.
    """
    present = [value for value in values if value is not None]
    ranges = [
        abs(after - before)
        for before, after in pairwise(values)
        if before is not None and after is not None
    ]
    if len(present) < MINIMUM_POINTS or not ranges:
        return None
    center, moving_range = fmean(present), fmean(ranges)
    return Xmr(
        center,
        moving_range,
        center - XMR_FACTOR * moving_range,
        center + XMR_FACTOR * moving_range,
        RANGE_FACTOR * moving_range,
    )


def compute_p_prime(
    counts: Sequence[tuple[float, float]], factors: Sequence[float] = ()
) -> PPrime | None:
    """Laney's p' of (numerator, denominator) pairs; None below 6 points or when p is 0 or 1.

    Weeks with a denominator of 0 are skipped. Sigma z is the mean moving range of the z scores
    over 1.128, as Laney has it, not their standard deviation. factors, one a pair, are seasonal: a
    week's expected share is the centre times its factor.
    """
    used = [
        (x, n, factor)
        for (x, n), factor in zip(counts, factors or [1.0] * len(counts), strict=True)
        if n > 0
    ]
    if len(used) < MINIMUM_POINTS:
        return None
    center = sum(x for x, _, _ in used) / sum(n * factor for _, n, factor in used)
    if not 0 < center < 1:
        return None
    scores = [
        (x / n - center * factor) / compute_sigma(center * factor, n) for x, n, factor in used
    ]
    return PPrime(center, fmean(abs(after - before) for before, after in pairwise(scores)) / D2)


def compute_sigma(share: float, denominator: float) -> float:
    """Standard deviation of a binomial share; of one out of range, that of the nearest in range."""
    inside = min(max(share, 1e-9), 1 - 1e-9)
    return sqrt(inside * (1 - inside) / denominator)


def compute_p_prime_limits(
    chart: PPrime, denominator: float, factor: float = 1.0
) -> tuple[float, float]:
    """Unclipped limits of one week with this denominator and seasonal factor."""
    center = chart.center * factor
    half = 3 * compute_sigma(center, denominator) * chart.sigma_z
    return center - half, center + half


def compute_binomial_limits(share: float, denominator: int) -> tuple[float, float]:
    """Lowest and highest share that a binomial count reaches but for 0.135 % on either side.

    For rare events (fewer than 5 expected), where three sigma is too narrow above.
    """
    below, low, count = 0.0, 0, 0
    while True:
        below += comb(denominator, count) * share**count * (1 - share) ** (denominator - count)
        if below <= TAIL:
            low = count + 1
        if below >= 1 - TAIL or count == denominator:
            return low / denominator, count / denominator
        count += 1


def compute_poisson_limit(mean: float) -> int:
    """Highest count of rare events that a Poisson count of this mean reaches but for 0.135 %."""
    count, part = 0, exp(-mean)
    below = part
    while below < 1 - TAIL:
        count += 1
        part *= mean / count
        below += part
    return count
