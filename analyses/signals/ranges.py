"""The normal range of each week, as it stood when the week closed.

The baseline is the first 12 weeks of a stretch while there are fewer than 26, then the first 26, and
from the 104th week on these 26 without their seasons. A week keeps the range that it was judged by:
later weeks change nothing. The weeks before the 12th have the range that they helped to compute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analyses.signals.charts import (
    RANGE_FACTOR,
    XMR_FACTOR,
    PPrime,
    compute_binomial_limits,
    compute_p_prime,
    compute_p_prime_limits,
    compute_poisson_limit,
    compute_xmr,
)
from analyses.signals.seasons import SEASON_WEEKS, Season, find_season
from analyses.signals.series import Baseline, Chart, Limits, Point

LONG_BASELINE = 26
SHORT_BASELINE = 12
RARE_EVENTS = 5.0  # expected count below which the normal approximation does not hold
RARE_COUNT = 1.0  # mean of a count below which XmR rings 5 to 25 times a year on stable data


@dataclass(frozen=True)
class Range:
    """A baseline, and what it takes to find the limits of any week of its stretch."""

    baseline: Baseline
    has_floor: bool = True
    season: Season | None = None
    is_rare: bool = False

    def limits(self, point: Point) -> Limits | None:
        """Limits of one week; None where nothing could happen in it, or did in the baseline."""
        if self.baseline.is_bare or not point.is_possible:
            return None
        if self.baseline.chart == "p_prime":
            return self._p_prime_limits(point)
        reach = XMR_FACTOR * self.baseline.spread
        center, low, high = (
            self.season.apply(level, point.period_start) if self.season else level
            for level in (self.baseline.center + side * reach for side in (0, -1, 1))
        )
        return Limits(
            center,
            None if self.has_floor and low <= 0 else low,
            high,
            None,
            compute_poisson_limit(center) if self.is_rare else None,
            *self._season(point),
        )

    def is_jump(self, before: Point, after: Point) -> bool:
        """Whether the step between two weeks is longer than steps of the baseline are (xmr only)."""
        longest = self.baseline.range_upper
        if longest is None or not (before.is_usable and after.is_usable):
            return False
        values = (
            self.season.remove(point.value or 0.0, point.period_start)
            if self.season
            else point.value
            for point in (before, after)
        )
        first, last = (value or 0.0 for value in values)
        return abs(last - first) > longest

    def _p_prime_limits(self, point: Point) -> Limits | None:
        if not point.denominator:
            return None
        chart = PPrime(self.baseline.center, self.baseline.spread)
        factor = self.season.factor(point.period_start) if self.season else 1.0
        share = min(chart.center * factor, 1.0)
        expected = point.denominator * share
        is_exact = expected < RARE_EVENTS
        if is_exact:
            low, high = compute_binomial_limits(share, round(point.denominator))
        else:
            low, high = compute_p_prime_limits(chart, point.denominator, factor)
        return Limits(
            share,
            low if low > 0 else None,
            high if high < 1 else None,
            expected if is_exact else None,
            None,
            *self._season(point),
        )

    def _season(self, point: Point) -> tuple[float | None, bool]:
        if self.season is None:
            return None, True
        return self.season.factor(point.period_start), self.season.is_ratio


def compute_limits(
    points: Sequence[Point], chart: Chart, resets: Sequence[date] = ()
) -> list[Limits | None]:
    """Limits for each point, from the frozen baseline of the stretch in which it lies.

    The baseline is the first 26 weeks with a value (12 while there are fewer than 26) and, for
    what comes from something, a denominator or base above 0. A date in resets ends a stretch: the
    week that holds it is the first of a new one. None where a stretch is shorter than 12 weeks,
    nothing could happen in the week, or nothing (of a rate: or always all) did in the baseline.
    """
    ranges = [each for stretch in split(points, resets) for each in find_ranges(stretch, chart)]
    return [each and each.limits(point) for each, point in zip(ranges, points, strict=True)]


def split(points: Sequence[Point], resets: Sequence[date]) -> list[list[Point]]:
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


def find_ranges(stretch: Sequence[Point], chart: Chart) -> list[Range | None]:
    """The range of each week of a stretch; None for all while it has fewer than 12 usable weeks."""
    usable = [place for place, point in enumerate(stretch) if point.is_usable]
    if len(usable) < SHORT_BASELINE:
        return [None] * len(stretch)
    first = usable[0]
    short = _range(stretch[first : usable[SHORT_BASELINE - 1] + 1], chart)
    ranges = [None] * first + [short] * (len(stretch) - first)
    if len(usable) < LONG_BASELINE:
        return ranges
    long = usable[LONG_BASELINE - 1]
    baseline = stretch[first : long + 1]
    ranges[long:] = [_range(baseline, chart)] * (len(stretch) - long)
    turn = max(long, first + SEASON_WEEKS - 1)
    season = find_season(stretch[first:], chart)
    if season is not None:
        ranges[turn:] = [_range(baseline, chart, season)] * (len(stretch) - turn)
    return ranges


def _range(weeks: Sequence[Point], chart: Chart, season: Season | None = None) -> Range | None:
    """The range of a baseline, gaps between its weeks kept as gaps; None where it is undefined."""
    find = _xmr_range if chart == "xmr" else _p_prime_range
    return find(weeks, season)


def _xmr_range(weeks: Sequence[Point], season: Season | None) -> Range | None:
    # Where nothing could happen a 0 says nothing, so it is a gap.
    values = [point.value if point.is_usable else None for point in weeks]
    present = [value for value in values if value is not None]
    if season is not None:
        values = [
            None if value is None else season.remove(value, point.period_start)
            for value, point in zip(values, weeks, strict=True)
        ]
    chart = compute_xmr(values)
    if chart is None:
        return None
    baseline = _baseline(weeks, "xmr", chart.center, chart.mean_moving_range, season)
    is_count = all(value >= 0 and value == int(value) for value in present)
    is_rare = is_count and 0 < chart.center < RARE_COUNT
    return Range(baseline, min(present) >= 0, season, is_rare)


def _p_prime_range(weeks: Sequence[Point], season: Season | None) -> Range | None:
    factors = [season.factor(point.period_start) for point in weeks] if season else []
    counts = [(point.numerator or 0, point.denominator or 0) for point in weeks]
    chart = compute_p_prime(counts, factors)
    if chart is None:
        # 12 weeks are enough, so the share was 0 in every one of them, or 1.
        chart = PPrime(float(any(part for part, whole in counts if whole)), 0.0)
    return Range(_baseline(weeks, "p_prime", chart.center, chart.sigma_z, season), True, season)


def _baseline(
    weeks: Sequence[Point], chart: Chart, center: float, spread: float, season: Season | None
) -> Baseline:
    return Baseline(
        weeks[0].period_start,
        weeks[-1].period_start,
        sum(point.is_usable for point in weeks),
        chart,
        center,
        spread,
        RANGE_FACTOR * spread if chart == "xmr" else None,
        season is not None,
    )
