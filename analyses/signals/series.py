"""What a series of weeks, its normal range and the verdict on a week are made of."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Chart = Literal["xmr", "p_prime"]
Side = Literal["above", "below"]
Kind = Literal[
    "signal",
    "within",
    "too_few_customers",
    "too_few_deals",
    "too_few_events",
    "too_few_weeks",
    "no_value",
    "partial",
]


@dataclass(frozen=True)
class Point:
    """One closed week of a series; value None where undefined.

    base counts what the flow can come from, where that is no denominator of it.
    """

    period_start: date
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    base: float | None = None

    @property
    def is_usable(self) -> bool:
        """Whether limits can be computed from it: it has a value that could be another than 0."""
        return self.value is not None and self.is_possible

    @property
    def is_possible(self) -> bool:
        """Whether there was anything that the flow could come from."""
        return not (self.denominator is not None and self.denominator <= 0) and self.base != 0


@dataclass(frozen=True)
class Limits:
    """Normal range of one week. A bound of None is one that the series cannot cross.

    expected: the count behind exact binomial limits, None where they are 3 sigma or XmR.
    chance: of a count that is mostly 0, what it reaches by chance (exact Poisson, 0.135 %).
    season: what the centre of an average week was multiplied by (is_ratio) or raised by.
    """

    center: float
    lower: float | None
    upper: float | None
    expected: float | None = None
    chance: int | None = None
    season: float | None = None
    is_ratio: bool = True

    @property
    def is_flat(self) -> bool:
        """Whether the baseline never varied, so that any change leaves it."""
        return self.upper == self.center


@dataclass(frozen=True)
class Baseline:
    """The frozen weeks behind a normal range, and what was computed from them.

    first and last are the Mondays of its first and last week, weeks how many of them had a value.
    spread is the mean moving range (xmr, in the unit of the series) or sigma z (p_prime);
    range_upper the limit of the moving range (xmr only). is_seasonal: the weeks were deseasonalised
    first, and center and spread are those of an average week.
    """

    first: date
    last: date
    weeks: int
    chart: Chart
    center: float
    spread: float
    range_upper: float | None = None
    is_seasonal: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether nothing ever happened in it, or always all: it says nothing of chance."""
        return self.spread == 0 and (
            self.center == 0 or (self.chart == "p_prime" and self.center == 1)
        )

    @property
    def last_day(self) -> date:
        """The Sunday of its last week."""
        return self.last + timedelta(days=6)


@dataclass(frozen=True)
class Verdict:
    """What a week's value says: its kind, and for a signal the rule (1 to 3) and the side.

    has_jumped: the step from the week before is longer than the upper limit of moving ranges.
    """

    kind: Kind
    rule: int | None = None
    side: Side | None = None
    limits: Limits | None = None
    baseline: Baseline | None = None
    has_jumped: bool = False


def is_outside(value: float | None, limits: Limits | None) -> bool:
    """Rule 1: whether a value lies beyond a limit that it can cross."""
    if value is None or limits is None:
        return False
    above = limits.upper is not None and value > limits.upper
    return above or (limits.lower is not None and value < limits.lower)
