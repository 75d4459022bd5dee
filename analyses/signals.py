"""Signal or noise: normal ranges of weekly series, and whether a week lies outside of them.

Sources: Wheeler's process behaviour chart (XmR) and Laney's p' chart. Only weekly flows that do
not overlap get a verdict; trailing windows share their data from week to week and would ring all
the time (20 to 36 false alarms a year on stable simulated data).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import comb, sqrt
from statistics import fmean
from typing import Literal

LONG_BASELINE = 26
SHORT_BASELINE = 12
MINIMUM_POINTS = 6
XMR_FACTOR = 2.66  # 3 / d2, Wheeler's rounding
RANGE_FACTOR = 3.268
D2 = 1.128
RARE_EVENTS = 5.0  # expected count below which the normal approximation does not hold
TAIL = 0.00135  # what a normal distribution leaves beyond three standard deviations

Chart = Literal["xmr", "p_prime"]
Kind = Literal[
    "signal",
    "within",
    "too_few_customers",
    "too_few_deals",
    "too_few_weeks",
    "no_variation",
    "no_value",
    "partial",
]


@dataclass(frozen=True)
class Point:
    """One closed week of a series; value None where undefined."""

    period_start: date
    value: float | None
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True)
class Limits:
    """Normal range of one week. A bound of None is one that the series cannot cross."""

    center: float
    lower: float | None
    upper: float | None

    @property
    def is_flat(self) -> bool:
        """Whether the baseline never varied, so that any change leaves it."""
        return self.upper == self.center


LimitsOf = Callable[[Point], Limits | None]


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


@dataclass(frozen=True)
class Verdict:
    """What a week's value says: its kind, and for a signal the rule (1 to 3) and the side."""

    kind: Kind
    rule: int | None = None
    side: Literal["above", "below"] | None = None
    limits: Limits | None = None


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


def compute_p_prime(counts: Sequence[tuple[float, float]]) -> PPrime | None:
    """Laney's p' of (numerator, denominator) pairs; None below 6 points or when p is 0 or 1.

    Weeks with a denominator of 0 are skipped. Sigma z is the mean moving range of the z scores
    over 1.128, as Laney has it, not their standard deviation.
    """
    used = [(x, n) for x, n in counts if n > 0]
    if len(used) < MINIMUM_POINTS:
        return None
    center = sum(x for x, _ in used) / sum(n for _, n in used)
    if not 0 < center < 1:
        return None
    scores = [(x / n - center) / sqrt(center * (1 - center) / n) for x, n in used]
    return PPrime(center, fmean(abs(after - before) for before, after in pairwise(scores)) / D2)


def compute_p_prime_limits(chart: PPrime, denominator: float) -> tuple[float, float]:
    """Unclipped limits of one week with this denominator."""
    half = 3 * sqrt(chart.center * (1 - chart.center) / denominator) * chart.sigma_z
    return chart.center - half, chart.center + half


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


def compute_limits(
    points: Sequence[Point], chart: Chart, resets: Sequence[date] = ()
) -> list[Limits | None]:
    """Limits for each point, from the frozen baseline of the stretch in which it lies.

    The baseline is the first 26 weeks with a value (12 if there are fewer than 26) and, for
    rates, a denominator above 0. A date in resets ends a stretch: the week that holds it is the
    first of a new one. None where a stretch is shorter than 12 weeks or its chart is undefined.
    """
    limits: list[Limits | None] = []
    for stretch in _split(points, resets):
        baseline = _baseline(stretch)
        find = _xmr_limits(baseline) if chart == "xmr" else _p_prime_limits(baseline)
        limits.extend(find(point) if find else None for point in stretch)
    return limits


def compute_verdict(
    points: Sequence[Point],
    chart: Chart,
    minimum_denominator: float = 20,
    resets: Sequence[date] = (),
) -> Verdict:
    """Verdict on the last point of a series of closed weeks.

    Rule 1: outside of a limit. Rule 2: three of four successive points nearer to the same limit
    than to the centre, the last one among them. Rule 3: eight successive points on one side of
    the centre; a point on the centre, and a gap, ends the run.
    """
    last = points[-1] if points else None
    if last is None or last.value is None:
        return Verdict("no_value")
    if last.denominator is not None and last.denominator < minimum_denominator:
        return Verdict("too_few_customers")
    stretch = _split(points, resets)[-1]
    limits = compute_limits(stretch, chart)
    limit = limits[-1]
    if limit is None:
        return Verdict(_why_no_limits(stretch))
    if limit.is_flat and last.value == limit.center:
        return Verdict("no_variation", limits=limit)
    for side in ("above", "below"):
        rule = _find_rule([_position(*pair, side) for pair in zip(stretch, limits, strict=True)])
        if rule is not None:
            return Verdict("signal", rule, side, limit)
    return Verdict("within", limits=limit)


def _split(points: Sequence[Point], resets: Sequence[date]) -> list[list[Point]]:
    """Stretches of points, cut at the weeks that hold a reset."""
    stretches: list[list[Point]] = [[]]
    remaining = sorted(resets)
    for point in points:
        crossed = False
        while remaining and (remaining[0] - point.period_start).days < 7:
            remaining.pop(0)
            crossed = True
        if crossed and stretches[-1]:
            stretches.append([])
        stretches[-1].append(point)
    return stretches


def _baseline(stretch: Sequence[Point]) -> list[Point]:
    """The weeks that limits are computed from, gaps between them kept as gaps."""
    usable = [
        position
        for position, point in enumerate(stretch)
        if point.value is not None and (point.denominator is None or point.denominator > 0)
    ]
    length = LONG_BASELINE if len(usable) >= LONG_BASELINE else SHORT_BASELINE
    if len(usable) < length:
        return []
    return list(stretch[usable[0] : usable[length - 1] + 1])


def _why_no_limits(stretch: Sequence[Point]) -> Kind:
    return "no_variation" if _baseline(stretch) else "too_few_weeks"


def _xmr_limits(baseline: Sequence[Point]) -> LimitsOf | None:
    chart = compute_xmr([point.value for point in baseline])
    if chart is None:
        return None
    is_signed = any(point.value is not None and point.value < 0 for point in baseline)
    lower = chart.lower if is_signed or chart.lower > 0 else None

    def find(_: Point) -> Limits:
        return Limits(chart.center, lower, chart.upper)

    return find


def _p_prime_limits(baseline: Sequence[Point]) -> LimitsOf | None:
    chart = compute_p_prime([(p.numerator or 0, p.denominator or 0) for p in baseline])
    if chart is None:
        return None

    def find(point: Point) -> Limits | None:
        if not point.denominator:
            return None
        if point.denominator * chart.center < RARE_EVENTS:
            low, high = compute_binomial_limits(chart.center, round(point.denominator))
        else:
            low, high = compute_p_prime_limits(chart, point.denominator)
        return Limits(chart.center, low if low > 0 else None, high if high < 1 else None)

    return find


def _position(point: Point, limits: Limits | None, side: str) -> int:
    """0: not on this side (or a gap); 1: beyond the centre; 2: nearer to the limit; 3: outside."""
    if point.value is None or limits is None:
        return 0
    sign = 1 if side == "above" else -1
    bound = limits.upper if side == "above" else limits.lower
    distance = sign * (point.value - limits.center)
    if distance <= 0:
        return 0
    if bound is None:
        return 1
    reach = sign * (bound - limits.center)
    return 3 if distance > reach else 2 if distance > reach / 2 else 1


def _find_rule(positions: Sequence[int]) -> int | None:
    """The first rule that the last position completes."""
    if positions[-1] == 3:
        return 1
    if positions[-1] == 2 and sum(position >= 2 for position in positions[-4:]) >= 3:
        return 2
    if len(positions) >= 8 and all(positions[-8:]):
        return 3
    return None


def is_outside(value: float | None, limits: Limits | None) -> bool:
    """Rule 1: whether a value lies beyond a limit that it can cross."""
    if value is None or limits is None:
        return False
    above = limits.upper is not None and value > limits.upper
    return above or (limits.lower is not None and value < limits.lower)
