"""How many deals are won within so many days: Aalen-Johansen, lost the competing outcome."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import exp, log, sqrt
from pathlib import Path

import duckdb

from analyses.survival import FEWEST_AT_RISK, HALF
from metrics.intervals import Z_95, compute_wilson
from metrics.scope import Scope, set_variables

WHOLE = 1 - 1e-12  # a sum of floats may miss 1 by its last digits
QUERY = Path(__file__).with_name("outcomes.sql")


@dataclass(frozen=True)
class Day:
    """How many deals were won, lost, and seen open for the last time so many days after creation."""

    days: float
    won: int
    lost: int
    seen_open: int


@dataclass(frozen=True)
class Step:
    """The three curves from one day to the next; won + lost + open is 1. at_risk is just before
    the day; error, low and high (95 %, log-log) are those of the share won."""

    days: float
    at_risk: int
    won: float
    lost: float
    open: float
    error: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Outcomes:
    """The curves of one created cohort (None: of all) from day 0, and how many deals came to which
    end."""

    cohort: date | None
    won: int
    lost: int
    still_open: int
    steps: tuple[Step, ...]

    @property
    def deals(self) -> int:
        """All of them."""
        return self.won + self.lost + self.still_open

    @property
    def shown(self) -> tuple[Step, ...]:
        """The steps with at least 10 at risk: what is drawn."""
        return tuple(step for step in self.steps if step.at_risk >= FEWEST_AT_RISK)


def find_outcomes(
    cursor: duckdb.DuckDBPyConnection, until: date, cohort: str, scope: Scope
) -> tuple[Outcomes, ...]:
    """The curves of all new business, then of each created cohort, oldest first; times in days.

    until: the boundary of what is known, exclusive. cohort: week, month, quarter or year. Empty
    without opportunities. Renewals and expansions are in none.
    """
    set_variables(cursor, "week", scope)
    cursor.execute(QUERY.read_text(encoding="utf-8"), {"until": until, "cohort": cohort})
    return tuple(
        compute_outcomes([Day(*row[1:]) for row in rows], start)
        for start, rows in groupby(cursor.fetchall(), key=lambda row: row[0])
    )


def compute_outcomes(days: Iterable[Day], cohort: date | None = None) -> Outcomes:
    """Aalen-Johansen: won(t) = sum over t_i <= t of S(t_i-) x won_i / at_risk_i, and so lost(t); S
    is Kaplan-Meier with either outcome as the ending, so won + lost + S = 1 at every t.

    days: one a day, in order, any unit. Ties: outcomes before those last seen open. Variance by the
    delta method. Source: Aalen and Johansen 1978; Marubini and Valsecchi 1995, section 10.4;
    metrics.md 2.2.
    """
    ordered = list(days)
    at_risk = sum(day.won + day.lost + day.seen_open for day in ordered)
    won, lost, left = 0.0, 0.0, 1.0
    variance = _Variance()
    steps = [Step(0, at_risk, won, lost, left, 0.0, *_band(won, 0.0, at_risk))] if at_risk else []
    for day in ordered:
        ended = day.won + day.lost
        if ended:
            won += left * day.won / at_risk
            lost += left * day.lost / at_risk
            variance.add(left, won, day.won, ended, at_risk)
            left *= 1 - ended / at_risk
        error = variance.error(won)
        steps.append(Step(day.days, at_risk, won, lost, left, error, *_band(won, error, at_risk)))
        at_risk -= ended + day.seen_open
    return Outcomes(
        cohort,
        won=sum(day.won for day in ordered),
        lost=sum(day.lost for day in ordered),
        still_open=sum(day.seen_open for day in ordered),
        steps=tuple(steps),
    )


def find_outcome(curves: Outcomes, days: float) -> Step | None:
    """The step in force so many days after creation; None where no deal has been seen so long and
    not all were decided before."""
    place = bisect_right(curves.steps, days, key=lambda step: step.days)
    if not place:
        return None
    step = curves.steps[place - 1]
    return None if step == curves.steps[-1] and step.days < days and step.open > 0 else step


def find_median_days(curves: Outcomes) -> float | None:
    """The days within which half of all deals are decided, either way: Kaplan-Meier, open deals cut
    off. None where fewer than half are."""
    return next((step.days for step in curves.steps if step.open <= HALF), None)


class _Variance:
    """The sums of the variance of the share won, by which it is known at any later day."""

    def __init__(self) -> None:
        self.spread = self.spread_1 = self.spread_2 = 0.0
        self.own = self.cross = self.cross_1 = 0.0

    def add(self, left: float, share: float, won: int, ended: int, at_risk: int) -> None:
        """One day with outcomes; share: won up to and with it. Once all at risk have ended the
        share stays, and so does its variance."""
        if ended < at_risk:
            spread = ended / (at_risk * (at_risk - ended))
            self.spread += spread
            self.spread_1 += spread * share
            self.spread_2 += spread * share**2
        cross = left * won / at_risk**2
        self.cross += cross
        self.cross_1 += cross * share
        self.own += left**2 * won * (at_risk - won) / at_risk**3

    def error(self, share: float) -> float:
        """Sum of (F - F_i)^2 d_i / n_i (n_i - d_i) + S_i^2 w_i (n_i - w_i) / n_i^3
        - 2 (F - F_i) S_i w_i / n_i^2, its square root; S_i just before, w_i won, d_i decided."""
        grown = share**2 * self.spread - 2 * share * self.spread_1 + self.spread_2
        return sqrt(max(0.0, grown + self.own - 2 * (share * self.cross - self.cross_1)))


def _band(share: float, error: float, at_risk: int) -> tuple[float | None, float | None]:
    """Where none or all are won there is no log of a log: Wilson's for those seen so long."""
    if not 0 < share < WHOLE:
        return compute_wilson(at_risk if share else 0, at_risk)
    width = exp(Z_95 * error / (share * abs(log(share))))
    return share**width, share ** (1 / width)
