"""How long customers stay: Kaplan-Meier over unbroken spells of activity, by any group."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from math import exp, inf, log, sqrt
from pathlib import Path

import duckdb

from metrics.intervals import Z_95
from metrics.periods import format_date
from metrics.scope import Scope, check_chosen, set_variables

QUERY = Path(__file__).with_name("survival.sql")
COHORTS = ("year", "quarter")
TIER = "tier"
MONTH_DAYS = 30.436875  # 365.2425 / 12
FEWEST_AT_RISK = 10  # under which a curve is not drawn
MANY_FIRST = 0.05  # share of spells on the first day from which on their age is a question
HALF = 0.5 + 1e-12  # a product of floats may miss one half by its last digits


@dataclass(frozen=True)
class Change:
    """How many spells enter the risk set, end, and leave it (ended or cut off) at one tenure."""

    time: float
    entered: int
    ended: int
    gone: int


@dataclass(frozen=True)
class Step:
    """The curve from one tenure to the next. at_risk is just before the tenure; error is
    Greenwood's; low and high are the 95 % log-log band, None where it is not defined."""

    time: float
    at_risk: int
    ended: int
    survival: float
    error: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Curve:
    """Survival of one group (None: of all). spells, ended: how many; late: entered after 0."""

    group: str | None
    spells: int
    ended: int
    late: int
    steps: tuple[Step, ...]

    @property
    def shown(self) -> tuple[Step, ...]:
        """The steps with at least 10 at risk, up to the first that has fewer."""
        reached = [step.at_risk >= FEWEST_AT_RISK for step in self.steps]
        if True not in reached:
            return ()
        first = reached.index(True)
        end = reached.index(False, first) if False in reached[first:] else len(reached)
        return self.steps[first:end]

    @property
    def shown_until(self) -> float:
        """The last tenure that is drawn; 0 without any."""
        return self.shown[-1].time if self.shown else 0.0


@dataclass(frozen=True)
class FirstDay:
    """The first paid day of the data, None without any; the spells that begin on it, and all."""

    day: date | None
    spells: int
    all: int

    @property
    def is_doubtful(self) -> bool:
        """Whether so many spells begin on it that they are hardly new: the data begin there, or
        another system's customers moved in with one date."""
        return self.spells > 1 and self.spells >= MANY_FIRST * self.all


def find_survival(
    cursor: duckdb.DuckDBPyConnection,
    until: date,
    by: str,
    scope: Scope,
    known_only: bool = False,
) -> tuple[Curve, ...]:
    """The curve of all spells, then of each group in the order of their names; times in months.

    until: the boundary of what is looked at, exclusive. by: quarter or year (the cohort by start,
    named by its first day), tier (the tier at entry, 'none' for who left before the first Sunday) or
    a dimension. Empty without subscriptions. A customer who comes back begins a new spell.
    known_only: without the spells of the data's first paid day, which may be older.
    Raises StandingError for a dimension that this build has no numbers by.
    """
    return tuple(
        compute_curve([replace(each, time=each.time / MONTH_DAYS) for each in changes], group)
        for group, changes in find_changes(cursor, until, by, scope, known_only)
    )


def find_changes(
    cursor: duckdb.DuckDBPyConnection,
    until: date,
    by: str,
    scope: Scope,
    known_only: bool = False,
) -> list[tuple[str | None, list[Change]]]:
    """What find_survival computes its curves from, by group, None (all) first; times in days."""
    breakdown = None if by in (*COHORTS, TIER) else by
    if breakdown is not None:
        check_chosen(cursor, (breakdown,))
    set_variables(cursor, "week", scope, breakdown)
    cursor.execute(
        QUERY.read_text(encoding="utf-8"), {"until": until, "by": by, "known_only": known_only}
    )
    return [
        (group, [Change(*row[1:]) for row in rows])
        for group, rows in groupby(cursor.fetchall(), key=lambda row: row[0])
    ]


def find_first_day(cursor: duckdb.DuckDBPyConnection, until: date, scope: Scope) -> FirstDay:
    """The first paid day of the data, how many spells begin on it, and how many before `until`: a
    move from another system gives every customer of that day the same start."""
    set_variables(cursor, "week", scope)
    row = cursor.execute(
        "select any_value(data_bounds.first_paid_on),"
        " coalesce(sum(survival_spells.spells) filter ("
        "survival_spells.started_on = data_bounds.first_paid_on), 0),"
        " coalesce(sum(survival_spells.spells), 0)"
        " from data_bounds left join survival_spells on survival_spells.started_on < $until",
        {"until": until},
    ).fetchone()
    return FirstDay(row[0], int(row[1]), int(row[2])) if row else FirstDay(None, 0, 0)


def describe_first_day(first: FirstDay) -> str:
    """'1,083 of 2,345 stays (46 %) begin on 1 Jan 2020, the first paid day of the data, and may be
    older'; "" where there are no more than can be new."""
    if first.day is None or not first.is_doubtful:
        return ""
    return (
        f"{first.spells:,} of {first.all:,} stays ({100 * first.spells / first.all:.0f} %) begin on "
        f"{format_date(first.day)}, the first paid day of the data, and may be older"
    )


def compute_curve(changes: Iterable[Change], group: str | None = None) -> Curve:
    """Kaplan-Meier: S(t) = product over t_i <= t of (1 - d_i / n_i), any unit of time.

    changes: one a tenure, in order. Ties: endings before cut-offs, entries after both, so a spell
    that enters late is at risk after its entry. Where late entries leave fewer than 10 at risk at
    the start, the curve begins once there are: a single ending among three would fix it for good.
    Variance by Greenwood, band by log(-log S) ("exponential Greenwood").
    Source: Kaplan and Meier 1958; Klein and Moeschberger 2003, sections 4.2, 4.3 and 4.6.
    """
    ordered = list(changes)
    late = sum(change.entered for change in ordered if change.time > 0)
    is_watched = late == 0
    at_risk, survival, spread = 0, 1.0, 0.0
    steps: list[Step] = []
    for change in ordered:
        is_watched = is_watched or at_risk >= FEWEST_AT_RISK
        if change.gone and is_watched:
            survival *= 1 - change.ended / at_risk
            left = at_risk - change.ended
            spread += change.ended / (at_risk * left) if left else inf if change.ended else 0.0
            steps.append(_step(change, at_risk, survival, spread))
        at_risk += change.entered - change.gone
    return Curve(
        group,
        spells=sum(change.entered for change in ordered),
        ended=sum(change.ended for change in ordered),
        late=late,
        steps=tuple(steps),
    )


def find_step(curve: Curve, time: float) -> Step | None:
    """The last step at or before a tenure; None before the first."""
    place = bisect_right(curve.steps, time, key=lambda step: step.time)
    return curve.steps[place - 1] if place else None


def find_survival_at(curve: Curve, time: float) -> float:
    """S(time); 1 before the first step."""
    step = find_step(curve, time)
    return 1.0 if step is None else step.survival


def find_median(curve: Curve) -> float | None:
    """The first tenure at which half are gone; None where the curve stays above one half."""
    return next((step.time for step in curve.steps if step.survival <= HALF), None)


def compute_restricted_mean(curve: Curve, until: float) -> float | None:
    """The mean tenure within the first `until`: the area under S from 0 to there.

    None without spells. Beyond the last tenure observed the curve is held level.
    """
    if not curve.spells:
        return None
    area, time, survival = 0.0, 0.0, 1.0
    for step in curve.steps:
        if step.time >= until:
            break
        area += survival * (step.time - time)
        time, survival = step.time, step.survival
    return area + survival * (until - time)


def _step(change: Change, at_risk: int, survival: float, spread: float) -> Step:
    low, high = _band(survival, spread)
    error = 0.0 if survival == 0 else survival * sqrt(spread)
    return Step(change.time, at_risk, change.ended, survival, error, low, high)


def _band(survival: float, spread: float) -> tuple[float | None, float | None]:
    """Not defined before the first ending, and after the last one has gone."""
    if not 0 < survival < 1:
        return None, None
    width = exp(Z_95 * sqrt(spread) / abs(log(survival)))
    return survival**width, survival ** (1 / width)
