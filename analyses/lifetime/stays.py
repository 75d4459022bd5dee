"""How long customers stay, as counts that survival, renewals and a bootstrap can be computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from analyses.lifetime.sbg import Matrix, Renewals
from analyses.survival import FEWEST_AT_RISK, MONTH_DAYS, find_first_day
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("stays.sql")
ENDINGS = Path(__file__).with_name("renewal_period.sql")
PERIODS = (12, 6, 3)  # months, tried in this order; else 1
MOST_ON_TIME, FEWEST_ENDINGS = 0.8, 20
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Basis:
    """What the stays of a company are counted by before `until`, the same for all of its parts.

    period: months between two renewals; on_time of `endings` lie within half a month of one, yearly
    of them within half a month of a year or several.
    unknown: stays of the first paid day, left out where they are too many to be new (metrics.md
    1.8); 0 where none are.
    """

    until: date
    period: int
    on_time: int
    endings: int
    unknown: int
    yearly: int = 0

    @property
    def period_days(self) -> float:
        """The renewal period in days."""
        return self.period * MONTH_DAYS


@dataclass(frozen=True)
class Stays:
    """Stays alike, one entry of each array: days of tenure when watched and when left; whether they
    ended; renewals passed before they were watched, the last one faced, whether they were lost at
    it; how many."""

    entered: Ints
    left: Ints
    ended: Flags
    passed: Ints
    faced: Ints
    lost: Flags
    count: Ints

    @property
    def all(self) -> int:
        """How many stays."""
        return int(self.count.sum())

    @property
    def all_ended(self) -> int:
        """How many of them ended."""
        return int(self.count[self.ended].sum())

    @property
    def months_watched(self) -> int:
        """Whole months of tenure up to which at least 10 were watched."""
        if not self.all:
            return 0
        days = np.unique(self.left)
        at_risk = _count_at_risk(self, days, self.count[None, :])[0]
        return int(days[at_risk >= FEWEST_AT_RISK].max(initial=0) / MONTH_DAYS)


def find_basis(cursor: duckdb.DuckDBPyConnection, until: date) -> Basis:
    """The renewal period of the company, by the endings before `until`, whatever the scope: so
    parts compare. The longest of 12, 6 and 3 months such that 80 % of at least 20 endings lie
    within half a month of a multiple of it; else 1 month."""
    first = find_first_day(cursor, until, Scope())
    known_only = first.is_doubtful
    row = cursor.execute(
        ENDINGS.read_text(encoding="utf-8"),
        {"until": until, "known_only": known_only, "month": MONTH_DAYS},
    ).fetchone()
    endings, *near = [int(each) for each in row or (0, 0, 0, 0)]
    unknown = first.spells if known_only else 0
    for period, on_time in zip(PERIODS, near, strict=True):
        if endings >= FEWEST_ENDINGS and on_time >= MOST_ON_TIME * endings:
            return Basis(until, period, on_time, endings, unknown, near[0])
    return Basis(until, 1, endings, endings, unknown, near[0])


def find_stays(
    cursor: duckdb.DuckDBPyConnection, basis: Basis, scope: Scope, breakdown: str | None
) -> dict[str | None, Stays]:
    """The stays of each value of a dimension (None: of all), by value."""
    set_variables(cursor, "week", scope, breakdown)
    cursor.execute(
        QUERY.read_text(encoding="utf-8"),
        {"until": basis.until, "period": basis.period_days, "known_only": basis.unknown > 0},
    )
    return {
        value: to_stays([row[1:] for row in rows])
        for value, rows in groupby(cursor.fetchall(), key=lambda row: row[0])
    }


def to_stays(rows: Sequence[tuple[int, int, bool, int, int, bool, int]]) -> Stays:
    """Rows of (entered, left, ended, passed, faced, lost, count) as arrays."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * 7
    numbers = [np.array(column, dtype=np.int64) for column in columns]
    return Stays(
        numbers[0], numbers[1], numbers[2].astype(bool), numbers[3], numbers[4],
        numbers[5].astype(bool), numbers[6],
    )  # fmt: skip


def count_renewals(stays: Stays) -> Renewals:
    """How many faced each renewal, and were lost at it."""
    at_risk, lost = count_renewals_of(stays, stays.count[None, :])
    return Renewals(tuple(int(each) for each in at_risk[0]), tuple(int(each) for each in lost[0]))


def count_renewals_of(stays: Stays, counts: NDArray[np.int64]) -> tuple[Matrix, Matrix]:
    """At risk and lost by renewal (columns) for other counts of the same stays, one row each."""
    renewals = np.arange(1, int(stays.faced.max(initial=0)) + 1)
    faces = (stays.passed[:, None] < renewals) & (renewals <= stays.faced[:, None])
    goes = faces & stays.lost[:, None] & (renewals == stays.faced[:, None])
    weights = counts.astype(float)
    return weights @ faces.astype(float), weights @ goes.astype(float)


def compute_survivals(stays: Stays, counts: NDArray[np.int64]) -> tuple[Ints, Matrix]:
    """Kaplan-Meier for other counts of the same stays, one row each: the days at which some left,
    and S just after each. Late entries are at risk after their entry, ties end before they are cut
    off (metrics.md 1.8). A day on which a row has nobody at risk changes nothing."""
    days, place = np.unique(stays.left, return_inverse=True)
    ended = _sum_by(place, np.where(stays.ended, counts, 0), len(days))
    at_risk = _count_at_risk(stays, days, counts)
    factors = 1 - ended / np.maximum(at_risk, 1)
    return days, np.cumprod(factors, axis=1).astype(np.float64)


def _count_at_risk(stays: Stays, days: Ints, counts: NDArray[np.int64]) -> Matrix:
    """How many are watched just before each day: entered earlier, and not left before."""
    entries, place = np.unique(stays.entered, return_inverse=True)
    entered = np.cumsum(_sum_by(place, counts, len(entries)), axis=1)
    before = np.searchsorted(entries, days, side="left")
    padded = np.concatenate([np.zeros((len(counts), 1)), entered], axis=1)[:, before]
    left = _sum_by(np.searchsorted(days, stays.left), counts, len(days))
    found: Matrix = padded - (np.cumsum(left, axis=1) - left)
    return found


def _sum_by(place: Ints, counts: NDArray[np.int64], size: int) -> Matrix:
    """Columns summed by their place, for each row."""
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(size))
    found: Matrix = np.add.reduceat(counts[:, order].astype(float), starts, axis=1)
    return found
