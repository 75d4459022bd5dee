"""What came after customers rose to loyal or advocate: against themselves, and against others alike.

Rungs 2 and 3 of the ladder of evidence (metrics.md 5.3): within-customer before and after, and matched
difference-in-differences with a check of the trends before. Margin is that of paid terms; who has
left earns nothing afterwards, and counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt
from pathlib import Path

import duckdb

from analyses.weekly import WEEK
from metrics.intervals import (
    NO_DIFFERENCE,
    TAIL,
    Band,
    Difference,
    compute_hybrid,
    compute_wilson,
)
from metrics.scope import Scope, set_variables

RISES = Path(__file__).with_name("rises.sql")
RISEN = Path(__file__).with_name("risen.sql")
LISTED = Path(__file__).with_name("listed.sql")
MATCHED = Path(__file__).with_name("matched.sql")
HORIZONS = (52, 26)
BLOCK_WEEKS = 13
FEWEST_RISEN = 30  # as a row of the transition matrix needs exits (metrics.md 5.2)
LEAST_COVERAGE = 0.5  # under which the matched speak for a minority of those who rose


@dataclass(frozen=True)
class Matched:
    """Those who rose for whom there were others of the same stratum, against these.

    customers: who rose; others: customers they were compared with, in so many strata. Money is margin
    of one customer over the horizon. gain: change of the one less change of the other, taken as what
    would have happened to the one (difference in differences, metrics.md 5.3); trend: the same
    of the two halves of the 26 weeks before, so of 13 weeks; steps: of each 13 weeks after against
    the 13 before. kept_gain: share of who stayed, less that of the others.
    """

    customers: int
    others: int
    strata: int
    before: float
    after: float
    other_before: float
    other_after: float
    gain: Difference
    trend: Difference
    steps: tuple[Difference, ...]
    kept: Band
    other_kept: Band
    kept_gain: Difference


@dataclass(frozen=True)
class Effect:
    """What came after the rises, over a horizon of weeks.

    is_act: only rises after an act of advocacy. customers: who rose and can be compared in time;
    before, after: their margin over the horizon (before: of 26 weeks, as of so many); change: within
    the customers; kept: who stayed. matched is None where nobody was alike.
    """

    weeks: int
    is_act: bool
    customers: int
    before: float | None
    after: float | None
    change: Difference
    kept: Band
    matched: Matched | None

    @property
    def coverage(self) -> float | None:
        """The share of those who rose for whom others were found; None without any."""
        return (
            (self.matched.customers if self.matched else 0) / self.customers
            if self.customers
            else None
        )


@dataclass(frozen=True)
class Effects:
    """All of it: `risen` customers rose from the first to the last of these weeks (Mondays), of
    whom only those in `found` can be compared; the longer horizon first, acts before all rises."""

    risen: int
    first_week: date | None
    last_week: date | None
    found: tuple[Effect, ...]


@dataclass(frozen=True)
class Risen:
    """One customer who rose and can be compared, on which Sunday and from which tier; others: how many
    are alike, 0 where fewer than two. before, after: its margin of 26 weeks."""

    customer_id: str
    customer_name: str
    rose_on: date
    tier_before: str
    has_acted: bool
    others: int
    before: float
    after: float
    is_kept: bool


def find_effects(cursor: duckdb.DuckDBPyConnection, week: date, scope: Scope) -> Effects:
    """What is known at the end of a week (a Monday) about the rises at least 26 weeks before."""
    _collect(cursor, week, scope)
    row = cursor.execute(RISEN.read_text("utf-8")).fetchone()
    customers, first_week, last_week = row or (0, None, None)
    found = tuple(
        compare_rises(cursor, weeks, is_act) for is_act in (True, False) for weeks in HORIZONS
    )
    cursor.execute("drop table compared")
    return Effects(customers, first_week, last_week, found)


def find_risen(cursor: duckdb.DuckDBPyConnection, week: date, scope: Scope) -> tuple[Risen, ...]:
    """The customers behind the comparisons, the newest rise first."""
    _collect(cursor, week, scope)
    rows = cursor.execute(LISTED.read_text("utf-8")).fetchall()
    cursor.execute("drop table compared")
    return tuple(Risen(*row) for row in rows)


def _collect(cursor: duckdb.DuckDBPyConnection, week: date, scope: Scope) -> None:
    """Who can be compared, in the temporary table that the other queries read."""
    set_variables(cursor, "week", scope)
    cursor.execute("set variable until = ?::date", [week + WEEK])
    cursor.execute(f"create or replace temp table compared as {RISES.read_text('utf-8')}")


def compare_rises(cursor: duckdb.DuckDBPyConnection, weeks: int, is_act: bool) -> Effect:
    """The rises of the table compared over 26 or 52 weeks, whose columns rises.sql describes."""
    cursor.execute("set variable follow_weeks = ?", [weeks])
    cursor.execute("set variable is_act = ?", [is_act])
    cursor.execute(MATCHED.read_text("utf-8"))
    names = [column[0] for column in cursor.description or ()]
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
    if not rows:
        return Effect(weeks, is_act, 0, None, None, NO_DIFFERENCE, _keep(0, 0), None)
    own = {name: row["mean_risen"] for name, row in rows.items()}
    customers = rows["gain"]["risen"]
    return Effect(
        weeks,
        is_act,
        customers,
        own["before"],
        own["after"],
        compute_interval(own["gain"], rows["gain"]["variance_risen"], customers),
        _keep(own["kept"] * customers, customers),
        _read_matched(rows, weeks),
    )


def compute_interval(value: float, variance: float | None, customers: int) -> Difference:
    """A mean with its 95 % interval by Student's t with customers - 1 degrees of freedom.

    variance: of the mean. No interval for fewer than two customers.
    """
    if variance is None or customers < 2:
        return Difference(value, None, None)
    # Half a second to import, which a command that shows no such interval need not wait for.
    from scipy.special import stdtrit  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    half = float(stdtrit(customers - 1, 1 - TAIL)) * sqrt(variance)
    return Difference(value, value - half, value + half)


def _read_matched(rows: Mapping[str, Mapping[str, float]], weeks: int) -> Matched | None:
    gain = rows["gain"]
    customers = int(gain["matched"])
    if not customers:
        return None

    def compare(measure: str) -> Difference:
        row = rows[measure]
        value = row["mean_matched"] - row["mean_others"]
        return compute_interval(value, row["variance"], customers)

    kept_row = rows["kept"]
    kept = _keep(kept_row["mean_matched"] * customers, customers)
    other_kept = _keep(kept_row["mean_others"] * gain["effective"], gain["effective"])
    return Matched(
        customers,
        int(gain["other_customers"]),
        int(gain["strata"]),
        rows["before"]["mean_matched"],
        rows["after"]["mean_matched"],
        rows["before"]["mean_others"],
        rows["after"]["mean_others"],
        compare("gain"),
        compare("trend"),
        tuple(compare(f"step_{number}") for number in range(1, weeks // BLOCK_WEEKS + 1)),
        kept,
        other_kept,
        _compare_kept(kept, other_kept),
    )


def _keep(kept: float, of: float) -> Band:
    """The share of so many who were customers afterwards, with its Wilson interval. A weighted share may
    miss 0 or 1 by its last digits."""
    low, high = compute_wilson(min(max(kept, 0.0), of), of)
    return Band(kept / of if of else None, low, high)


def _compare_kept(one: Band, other: Band) -> Difference:
    """Newcombe's interval, that of the others by Kish's effective number of customers."""
    bounds = (one.value, one.low, one.high), (other.value, other.low, other.high)
    (share, low, high), (other_share, other_low, other_high) = bounds
    if share is None or low is None or high is None:
        return NO_DIFFERENCE
    if other_share is None or other_low is None or other_high is None:
        return NO_DIFFERENCE
    return compute_hybrid((share, low, high), (other_share, other_low, other_high))
