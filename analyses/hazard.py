"""Churn by tenure: endings over the customer-weeks at risk, in bands of months since the start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from analyses.survival import MONTH_DAYS, Change, find_changes
from metrics.intervals import compute_poisson
from metrics.scope import Scope

# A term ends with its last month, so an ending at 12 months belongs to the band that ends there.
BANDS = (0.0, 3.0, 6.0, 9.0, 12.0, 18.0, 24.0, 36.0, 48.0, 60.0)
WEEK_DAYS = 7


@dataclass(frozen=True)
class Hazard:
    """One band (first, last] of months; last None: without an end.

    rate: endings a customer-week, None without exposure; low and high: its exact 95 % interval.
    """

    first: float
    last: float | None
    ended: int
    weeks: float
    rate: float | None
    low: float | None
    high: float | None

    @property
    def label(self) -> str:
        """'months 0-3', 'beyond month 60'."""
        if self.last is None:
            return f"beyond month {self.first:.0f}"
        return f"months {self.first:.0f}-{self.last:.0f}"


def find_hazards(
    cursor: duckdb.DuckDBPyConnection, until: date, scope: Scope, known_only: bool = False
) -> tuple[Hazard, ...]:
    """The churn of each band of tenure, over all history before `until` (exclusive).

    Spells that enter late (left truncation) are at risk from their entry, as in find_survival;
    known_only as there.
    """
    groups = find_changes(cursor, until, "year", scope, known_only)
    return compute_hazards(groups[0][1] if groups else ())


def compute_hazards(changes: Sequence[Change]) -> tuple[Hazard, ...]:
    """Endings / customer-weeks at risk by band of tenure (constant hazard within a band).

    changes: of all spells, times in days, in order. Bands that nobody reached are left out; the
    endings and weeks of the bands add up to those of all. Interval: exact Poisson.
    Source: metrics.md 1.7; Klein and Moeschberger 2003, section 3.5 (occurrence over exposure).
    """
    edges = [band * MONTH_DAYS for band in BANDS]
    ended, days = [0] * len(edges), [0.0] * len(edges)
    at_risk, since = 0, 0.0
    for change in changes:
        for place, first in enumerate(edges):
            last = edges[place + 1] if place + 1 < len(edges) else float("inf")
            days[place] += at_risk * max(0.0, min(change.time, last) - max(since, first))
            if first < change.time <= last:
                ended[place] += change.ended
        at_risk += change.entered - change.gone
        since = change.time
    ends = [*BANDS[1:], None]
    return tuple(
        _hazard(first, last, count, exposure / WEEK_DAYS)
        for first, last, count, exposure in zip(BANDS, ends, ended, days, strict=True)
        if exposure
    )


def describe_hazards(hazards: Sequence[Hazard], minimum: float) -> str:
    """The message: the band with the highest churn against the rest of the time.

    Only a band whose whole interval lies above the rate of all is named as higher, and as the
    highest only above the intervals of all others: those that reach it are named beside it.
    """
    seen = [each for each in hazards if each.rate is not None and each.weeks >= minimum]
    weeks = sum(each.weeks for each in seen)
    if not seen or not weeks:
        return "Too few customer-weeks to say when customers leave"
    whole = sum(each.ended for each in seen) / weeks
    highest = max(seen, key=lambda each: each.rate or 0.0)
    if highest.low is None or highest.low <= whole:
        return f"No time since the start has clearly more churn than all: {format_rate(whole)}"
    low = highest.low
    near = [each for each in seen if each is not highest and (each.high or 0.0) >= low]
    if near:
        return (
            f"Churn in {highest.label}, {format_rate(highest.rate)}, is above the {format_rate(whole)} of all, "
            f"but not distinguishable from {_join([each.label for each in near])}"
        )
    return (
        f"Churn is highest in {highest.label}: {format_rate(highest.rate)}, "
        f"against {format_rate(whole)} over all"
    )


def describe_hazard(hazard: Hazard, minimum: float) -> str:
    """'0.31 % a week (0.25-0.38), 97 in 31,204 customer-weeks', or the counts alone."""
    counts = f"{hazard.ended:,} in {hazard.weeks:,.0f} customer-weeks"
    if hazard.weeks < minimum or hazard.rate is None:
        return counts
    low, high = (100 * (bound or 0.0) for bound in (hazard.low, hazard.high))
    return f"{format_rate(hazard.rate)} ({low:.2f}-{high:.2f}), {counts}"


def format_rate(rate: float | None) -> str:
    """0.0031 -> '0.31 % a week'."""
    return "n/a" if rate is None else f"{100 * rate:.2f} % a week"


def _join(labels: Sequence[str]) -> str:
    """'months 0-3', 'months 0-3, 3-6 and 18-24'."""
    short = [labels[0], *(label.removeprefix("months ") for label in labels[1:])]
    return short[0] if len(short) == 1 else f"{', '.join(short[:-1])} and {short[-1]}"


def _hazard(first: float, last: float | None, ended: int, weeks: float) -> Hazard:
    low, high = compute_poisson(ended, weeks)
    return Hazard(first, last, ended, weeks, ended / weeks, low, high)
