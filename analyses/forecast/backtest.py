"""The forecast of today and of every origin before it, beside the naive one and what came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import comb, sqrt

import duckdb

from analyses.forecast.model import CHURNED, MRR, Estimate, Forecast, compute_forecast
from analyses.forecast.steps import MOST_STEPS, STEP, Step, find_steps
from analyses.weekly import TIERS
from metrics.intervals import TAIL
from metrics.scope import Scope

SERIES = (CHURNED, MRR, *TIERS)
TOGETHER = ((CHURNED,), (MRR,), TIERS)  # the five tiers come from one matrix
# Steps: the last 52 weeks, in which every season counts once, the last 13, or all that are known.
YEAR, ALL = 4, MOST_STEPS
POOLS = (YEAR, 1, ALL)
FEWEST_POOLED = 2  # steps before the first origin
FEWEST_KNOWN = 2  # origins before one whose pool is chosen by their errors
FEWEST_SPREAD = 4  # origins before one whose interval is widened by their errors
FEWEST_ORIGINS = 4  # with fewer nobody can say that a forecast is better than the naive one

Forecasts = Mapping[int, Forecast]  # by the number of steps pooled


@dataclass(frozen=True)
class Trial:
    """One series at one origin. actual: what came, None where it is not over; pooled: steps used.

    low and high: 95 % interval as it would have been printed then. naive: the last value known then,
    for churned that of the 13 weeks before. second: a yardstick that knows a little more: the last
    value and its mean change of the last four steps, for churned the mean of all steps before.
    """

    origin: date
    pooled: int
    value: float
    deviation: float
    low: float
    high: float
    naive: float
    second: float
    actual: float | None

    @property
    def target(self) -> date:
        """The boundary 13 weeks after the origin."""
        return self.origin + STEP

    @property
    def error(self) -> float:
        """How far the forecast was from what came; 0 where that is not known."""
        return 0.0 if self.actual is None else abs(self.value - self.actual)

    @property
    def naive_error(self) -> float:
        return 0.0 if self.actual is None else abs(self.naive - self.actual)

    @property
    def second_error(self) -> float:
        return 0.0 if self.actual is None else abs(self.second - self.actual)

    @property
    def is_inside(self) -> bool:
        """Whether what came lay in the interval."""
        return self.actual is not None and self.low <= self.actual <= self.high


@dataclass(frozen=True)
class Track:
    """A series: the forecast of the origin (ahead) and those of all origins before, oldest first."""

    series: str
    ahead: Trial
    trials: tuple[Trial, ...]

    @property
    def mae(self) -> float | None:
        """Mean absolute error; None without an origin."""
        return _mean([each.error for each in self.trials])

    @property
    def naive_mae(self) -> float | None:
        return _mean([each.naive_error for each in self.trials])

    @property
    def second_mae(self) -> float | None:
        return _mean([each.second_error for each in self.trials])

    @property
    def is_second_closer(self) -> bool:
        """Whether the second yardstick was as close or closer on average."""
        mae, second = self.mae, self.second_mae
        return mae is not None and second is not None and second <= mae

    @property
    def inside(self) -> int:
        """Origins whose interval held what came."""
        return sum(each.is_inside for each in self.trials)

    @property
    def closer(self) -> int:
        """Origins at which the forecast was closer than the naive one."""
        return sum(each.error < each.naive_error for each in self.trials)

    @property
    def is_beyond_chance(self) -> bool:
        """Whether it was closer more often than a coin would have been: two-sided sign test, 5 %."""
        count = sum(each.error != each.naive_error for each in self.trials)
        ways = sum(comb(count, closer) for closer in range(self.closer, count + 1))
        return count > 0 and 2 * ways / 2**count < 2 * TAIL

    @property
    def reason(self) -> str:
        """Why no forecast is shown: short_history, naive_is_closer, or "" where it is."""
        mae, naive = self.mae, self.naive_mae
        if mae is None or naive is None or len(self.trials) < FEWEST_ORIGINS:
            return "short_history"
        return "" if mae < naive else "naive_is_closer"


@dataclass(frozen=True)
class Outlook:
    """All series from one origin, the boundary after the last day known; opening: the step ahead.

    tracks is empty where fewer than three steps are known. churned and arriving are the forecasts
    from which these two come.
    """

    origin: date
    steps: tuple[Step, ...]
    tracks: Mapping[str, Track]
    churned: Forecast | None
    arriving: Forecast | None

    @property
    def target(self) -> date:
        """The boundary 13 weeks after the origin."""
        return self.origin + STEP


def find_outlook(cursor: duckdb.DuckDBPyConnection, origin: date, scope: Scope) -> Outlook:
    """The forecast from a week's boundary, with its backtest; only what lay before it is used."""
    return compute_outlook(origin, find_steps(cursor, origin, scope))


def compute_outlook(origin: date, steps: Sequence[Step]) -> Outlook:
    """Rolling-origin evaluation (Tashman 2000) on steps that do not overlap, the last one ahead.

    An origin sees the steps that are over by then. Of the pools it takes the one that erred less, in
    sum, at the origins before it. Its interval is that of the gamma distribution of the forecast's mean
    and variance (all series are 0 or more), each side times the root mean square of the standardised
    errors of the origins before it where that is above 1.
    """
    known = tuple(steps)
    places = range(FEWEST_POOLED, len(known))
    made = [
        {
            pooled: compute_forecast(known[place], known[max(0, place - pooled) : place])
            for pooled in POOLS
        }
        for place in places
    ]
    if not made or not known[-1].customers:
        return Outlook(origin, known, {}, None, None)
    tracks: dict[str, Track] = {}
    made_of: dict[str, Forecast] = {}
    for together in TOGETHER:
        pools = _choose_pools(known, made, together)
        for series in together:
            trials = _run(known, made, pools, series)
            tracks[series] = Track(series, trials[-1], trials[:-1])
            made_of[series] = made[-1][pools[-1]]
    return Outlook(origin, known, tracks, made_of[CHURNED], made_of[MRR])


def tell_actual(step: Step, series: str) -> float:
    """What came of a series at the end of a step."""
    if series == CHURNED:
        return step.count(lambda flow: flow.has_left)
    if series == MRR:
        return sum(flow.mrr_after for flow in step.flows)
    return step.count(lambda flow: flow.to_tier == series)


def tell_opening(step: Step, before: Step, series: str) -> float:
    """The value at the start of a step; of churned that of the step before it."""
    if series == CHURNED:
        return tell_actual(before, series)
    if series == MRR:
        return step.mrr
    return step.count(lambda flow: flow.tier == series)


def tell_second(before: Sequence[Step], opening: Step, series: str) -> float:
    """The second yardstick of a series at the start of a step, from the steps before it."""
    if series == CHURNED:
        return sum(tell_actual(step, series) for step in before) / len(before)
    now, *earlier = (
        tell_opening(step, step, series) for step in (opening, *reversed(before[-YEAR:]))
    )
    return max(0.0, now + (now - earlier[-1]) / len(earlier))


def compute_bounds(mean: float, variance: float, wider: float = 1.0) -> tuple[float, float]:
    """95 % interval of the gamma distribution with this mean and variance, each side times `wider`.

    Around the mean, which it always holds, and not below 0; the mean twice where it or the variance is 0.
    Widening the variance in place of the sides would move a gamma onto 0. Source: moments k t and
    k t^2 of shape k and scale t.
    """
    from scipy.special import gammaincinv  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    if mean <= 0 or variance <= 0:
        return mean, mean
    shape, scale = mean**2 / variance, variance / mean
    low, high = (scale * float(gammaincinv(shape, tail)) for tail in (TAIL, 1 - TAIL))
    return max(0.0, mean - wider * (mean - low)), mean + wider * max(0.0, high - mean)


def _choose_pools(
    steps: Sequence[Step], made: Sequence[Forecasts], together: Sequence[str]
) -> list[int]:
    """The pool of each origin."""
    chosen: list[int] = []
    erred = dict.fromkeys(POOLS, 0.0)
    for number, forecasts in enumerate(made):
        # min keeps the first of equals: a year
        best = min(POOLS, key=lambda pooled: erred[pooled])
        chosen.append(best if number >= FEWEST_KNOWN else POOLS[0])
        for pooled in POOLS:
            for series in together:
                actual = tell_actual(steps[FEWEST_POOLED + number], series)
                erred[pooled] += abs(forecasts[pooled].estimates[series].mean - actual)
    return chosen


def _run(
    steps: Sequence[Step], made: Sequence[Forecasts], pools: Sequence[int], series: str
) -> tuple[Trial, ...]:
    trials: list[Trial] = []
    for number, (forecasts, pooled) in enumerate(zip(made, pools, strict=True)):
        place = FEWEST_POOLED + number
        is_over = place < len(steps) - 1
        trials.append(
            _try(
                steps[place],
                min(pooled, place),
                forecasts[pooled].estimates[series],
                (
                    tell_opening(steps[place], steps[place - 1], series),
                    tell_second(steps[:place], steps[place], series),
                ),
                tell_actual(steps[place], series) if is_over else None,
                _widen(trials),
            )
        )
    return tuple(trials)


def _try(
    step: Step, pooled: int, estimate: Estimate, yardsticks: tuple[float, float], actual: float | None,
    wider: float,
) -> Trial:  # fmt: skip
    """yardsticks: the naive one and the second."""
    deviation = sqrt(estimate.variance)
    low, high = compute_bounds(estimate.mean, estimate.variance, wider)
    return Trial(step.start, pooled, estimate.mean, deviation, low, high, *yardsticks, actual)


def _widen(before: Sequence[Trial]) -> float:
    """By what the deviation is multiplied, from the errors of the origins before."""
    squares = [(each.error / each.deviation) ** 2 for each in before if each.deviation]
    if len(squares) < FEWEST_SPREAD:
        return 1.0
    return max(1.0, sqrt(sum(squares) / len(squares)))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
