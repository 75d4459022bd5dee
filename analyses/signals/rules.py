"""Detection rules, and the verdict on each closed week of a series.

1: outside of a limit. 2: three of four successive weeks nearer to the same limit than to the centre,
the last one among them. 3: eight successive weeks on one side of the centre; a week on the
centre, and a gap, ends the run. Source: Wheeler; Western Electric (metrics.md 7.1).

A verdict uses the weeks up to its own and no later one. Only weekly flows that do not
overlap may have one: trailing windows share their data from week to week and would ring 20 to 36
times a year on stable data (metrics.md 7.3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from analyses.signals.ranges import SHORT_BASELINE, Range, find_ranges, split
from analyses.signals.series import Chart, Limits, Point, Side, Verdict

RUN = 8
SIDES: tuple[Side, Side] = ("above", "below")


def compute_verdict(
    points: Sequence[Point],
    chart: Chart,
    minimum_denominator: float = 20,
    resets: Sequence[date] = (),
) -> Verdict:
    """Verdict on the last point of a series of closed weeks; no_value for an empty series."""
    if not points:
        return Verdict("no_value")
    stretch = _stretch(split(points, resets)[-1], chart)
    return stretch.judge(len(stretch.points) - 1, minimum_denominator)


def compute_verdicts(
    points: Sequence[Point],
    chart: Chart,
    minimum_denominator: float = 20,
    resets: Sequence[date] = (),
) -> list[Verdict]:
    """Verdict on each point, as it was when its week had closed."""
    return [
        stretch.judge(place, minimum_denominator)
        for each in split(points, resets)
        for stretch in [_stretch(each, chart)]
        for place in range(len(stretch.points))
    ]


@dataclass(frozen=True)
class _Stretch:
    """Weeks between two resets, each with its range, its limits and where it lies in them."""

    points: Sequence[Point]
    ranges: Sequence[Range | None]
    limits: Sequence[Limits | None]
    positions: Mapping[Side, Sequence[int]]
    usable: Sequence[int]

    def judge(self, place: int, minimum: float) -> Verdict:
        """The verdict on the week at a place, from it and the weeks before."""
        point, own, limit = self.points[place], self.ranges[place], self.limits[place]
        if point.value is None:
            return Verdict("no_value")
        if point.denominator is not None and point.denominator < minimum:
            return Verdict("too_few_customers")
        if self.usable[place] < SHORT_BASELINE:
            return Verdict("too_few_weeks")
        if own is None:  # no two weeks of its baseline are neighbours
            return Verdict("too_few_weeks")
        if limit is None:
            return Verdict("too_few_events", baseline=own.baseline)
        if limit.chance is not None and point.value <= max(limit.upper or 0.0, limit.chance):
            return Verdict("too_few_events", limits=limit, baseline=own.baseline)
        has_jumped = place > 0 and own.is_jump(self.points[place - 1], point)
        for side in SIDES:
            rule = _find_rule(self.positions[side][max(0, place + 1 - RUN) : place + 1])
            if rule is not None:
                return Verdict("signal", rule, side, limit, own.baseline, has_jumped)
        return Verdict("within", None, None, limit, own.baseline, has_jumped)


def _stretch(points: Sequence[Point], chart: Chart) -> _Stretch:
    ranges = find_ranges(points, chart)
    limits = [each and each.limits(point) for each, point in zip(ranges, points, strict=True)]
    positions: dict[Side, list[int]] = {side: _positions(points, limits, side) for side in SIDES}
    usable = list(accumulate(int(point.is_usable) for point in points))
    return _Stretch(points, ranges, limits, positions, usable)


def _positions(points: Sequence[Point], limits: Sequence[Limits | None], side: Side) -> list[int]:
    return [_position(*pair, side) for pair in zip(points, limits, strict=True)]


def _position(point: Point, limits: Limits | None, side: Side) -> int:
    """0: not on this side (or a gap); 1: beyond the centre; 2: nearer to the limit; 3: outside."""
    if point.value is None or limits is None:
        return 0
    sign = 1 if side == "above" else -1
    bound, other = limits.upper, limits.lower
    if side == "below":
        bound, other = other, bound
    distance = sign * (point.value - limits.center)
    if distance <= 0:
        return 0
    if bound is not None and sign * (point.value - bound) > 0:
        return 3
    # Where a limit would lie beyond what the series can reach, the other one tells how near is near:
    # simulated, it finds a fall of won value to a third in 4 weeks, not 8, for 0.04 alarms a year.
    edge = bound if bound is not None else other
    return 2 if edge is not None and distance > abs(edge - limits.center) / 2 else 1


def _find_rule(positions: Sequence[int]) -> int | None:
    """The first rule that the last position completes."""
    if positions[-1] == 3:
        return 1
    if positions[-1] == 2 and sum(position >= 2 for position in positions[-4:]) >= 3:
        return 2
    if len(positions) >= RUN and all(positions[-RUN:]):
        return 3
    return None
