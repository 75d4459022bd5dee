"""What the projection would have said a year ago, against what came.

It is made from what was known on that day (a later end is unknown then), for the customers of that
day whose age is known, and set beside one constant churn, that of the 13 weeks before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import exp
from pathlib import Path

import duckdb
import numpy as np

from analyses.held_out import compute_error, is_missed
from analyses.lifetime.continued import (
    BOUNDS,
    SEED,
    compute_survival_at,
    continue_curves,
    draw_samples,
)
from analyses.lifetime.sbg import fit_sbg
from analyses.lifetime.stays import Basis, Stays, count_renewals, find_basis, find_stays
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("present.sql")
HELD_OUT = timedelta(days=364)
WEEKS = (13, 26, 39, 52)
FEWEST = 20  # customers, below which nothing is proven
MOST_ERROR = 0.05  # of the customers who stayed


@dataclass(frozen=True)
class Mark:
    """So many weeks later: customers still there, predicted with its 95 % interval, as it came, and
    by constant churn (None where nothing was watched before)."""

    weeks: int
    predicted: float
    low: float
    high: float
    actual: int
    naive: float | None

    @property
    def error(self) -> float | None:
        """(predicted - actual) / actual; None where nobody stayed."""
        return compute_error(self.predicted, self.actual)

    @property
    def is_naive_closer(self) -> bool:
        """Whether constant churn came nearer to what was."""
        return self.naive is not None and abs(self.naive - self.actual) < abs(
            self.predicted - self.actual
        )

    @property
    def has_missed(self) -> bool:
        """Outside the interval, and by more than 5 % of those who stayed."""
        return is_missed(self.predicted, (self.low, self.high), self.actual, MOST_ERROR)


@dataclass(frozen=True)
class Backtest:
    """reason: why there is none, "" where there is one. customers: those followed; unknown: stays
    left out since their age is not known."""

    origin: date
    customers: int
    unknown: int
    marks: tuple[Mark, ...]
    reason: str = ""

    @property
    def lost(self) -> tuple[Mark, ...]:
        """The marks told of those no longer there: the same customers missed, of fewer."""
        return tuple(
            Mark(
                mark.weeks,
                self.customers - mark.predicted,
                self.customers - mark.high,
                self.customers - mark.low,
                self.customers - mark.actual,
                None if mark.naive is None else self.customers - mark.naive,
            )
            for mark in self.marks
        )

    @property
    def passes(self) -> bool:
        """Whether there is one, and its last mark, of all 52 weeks, does not miss."""
        return not self.reason and not self.marks[-1].has_missed


@dataclass(frozen=True)
class Present:
    """The customers of a day: rows of (age in days, customers, still there after each of WEEKS);
    endings and customer-days of the 13 weeks before."""

    rows: Sequence[tuple[int, ...]]
    ended: int = 0
    days: int = 0

    @property
    def customers(self) -> int:
        """How many."""
        return sum(row[1] for row in self.rows)


def find_backtests(
    cursor: duckdb.DuckDBPyConnection, until: date, scope: Scope, breakdown: str | None
) -> dict[str | None, Backtest]:
    """The backtest of each value of a dimension (None: of all): made 364 days before `until`."""
    origin = until - HELD_OUT
    basis = find_basis(cursor, origin)
    stays = find_stays(cursor, basis, scope, breakdown)
    set_variables(cursor, "week", scope, breakdown)
    cursor.execute(
        QUERY.read_text(encoding="utf-8"), {"origin": origin, "known_only": basis.unknown > 0}
    )
    found: dict[str | None, Backtest] = {}
    for value, rows in groupby(cursor.fetchall(), key=lambda row: row[0]):
        present = _to_present([row[1:] for row in rows])
        known = stays.get(value)
        found[value] = (
            _refuse(basis, present, "nobody was watched")
            if known is None
            else compute_backtest(known, basis, present)
        )
    return found


def compute_backtest(stays: Stays, basis: Basis, present: Present) -> Backtest:
    """Each mark: sum over customers of S(age + weeks) / S(age), the interval from samples of the stays
    and, within each, the chance of so many leaving (normal). Constant churn: exp(-weeks x endings /
    customer-weeks)."""
    fit = fit_sbg(count_renewals(stays))
    if present.customers < FEWEST:
        return _refuse(basis, present, f"fewer than {FEWEST} customers a year ago")
    if fit.reason:
        return _refuse(basis, present, f"a year ago there was no fit: {fit.reason}")
    if not stays.months_watched:
        return _refuse(basis, present, "a year ago fewer than 10 had been watched for a month")
    curves = continue_curves(
        stays, draw_samples(stays.count), stays.months_watched, basis.period, fit
    )
    ages = np.array([row[0] for row in present.rows], dtype=float)
    customers = np.array([row[1] for row in present.rows], dtype=float)
    # Who ends on a day is still there at its boundary, so the state is that of the day before.
    now = compute_survival_at(curves, ages - 1)
    random = np.random.default_rng(SEED)
    marks: list[Mark] = []
    for place, weeks in enumerate(WEEKS):
        later = compute_survival_at(curves, ages - 1 + 7 * weeks)
        share = np.divide(later, now, out=np.zeros_like(now), where=now > 0)
        staying = share @ customers
        spread = np.sqrt((share * (1 - share)) @ customers)
        drawn = staying[1:] + spread[1:] * random.standard_normal(len(staying) - 1)
        low, high = np.clip(np.percentile(drawn, BOUNDS), 0, present.customers)
        actual = sum(row[2 + place] for row in present.rows)
        marks.append(
            Mark(
                weeks,
                float(staying[0]),
                float(low),
                float(high),
                actual,
                _stay_naively(present, weeks),
            )
        )
    return Backtest(basis.until, present.customers, basis.unknown, tuple(marks))


def _stay_naively(present: Present, weeks: int) -> float | None:
    if not present.days:
        return None
    return present.customers * exp(-weeks * 7 * present.ended / present.days)


def _to_present(rows: Sequence[tuple[int | None, ...]]) -> Present:
    counts = [tuple(int(each or 0) for each in row) for row in rows if row[0] is not None]
    before = next((row for row in rows if row[0] is None), (None, 0, 0))
    return Present(counts, int(before[1] or 0), int(before[2] or 0))


def _refuse(basis: Basis, present: Present, reason: str) -> Backtest:
    return Backtest(basis.until, present.customers, basis.unknown, (), reason)
