"""What an approved case promised against what came: those treated against those held out, and cash by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from analyses.budget.promise import LinePromise, Match, QuarterPromise
from analyses.tier_value.effect import FEWEST_RISEN as FEWEST
from metrics.intervals import NO_DIFFERENCE, Difference, compute_difference
from metrics.means import Sample, compute_mean_difference
from metrics.scope import Scope, set_variables

FOLDER = Path(__file__).parent
SPANS, ARMS = FOLDER / "actual_spans.sql", FOLDER / "actual_arms.sql"
LISTED, CASH = FOLDER / "actual_listed.sql", FOLDER / "actual_cash.sql"
NOBODY = Sample(0, None, None)


@dataclass(frozen=True)
class Side:
    """Customers of one arm by the end of a period: how many still are customers, and how the margin of
    one in the period differs from its level on the day of assignment."""

    customers: int = 0
    kept: int = 0
    change: Sample = NOBODY


@dataclass(frozen=True)
class Compared:
    """Both arms in one period."""

    treated: Side = Side()
    holdout: Side = Side()

    @property
    def gain(self) -> Difference:
        """Margin of one customer of the period: the treated less the holdout (Welch)."""
        return compute_mean_difference(self.treated.change, self.holdout.change)

    @property
    def total(self) -> Difference:
        """The same of all who were treated: as many times the gain of one."""
        gain, count = self.gain, self.treated.customers
        if gain.value is None or gain.low is None or gain.high is None:
            return NO_DIFFERENCE
        return Difference(gain.value * count, gain.low * count, gain.high * count)

    @property
    def kept(self) -> Difference:
        """The share still customers: the treated less the holdout (Newcombe)."""
        one, other = self.treated, self.holdout
        return compute_difference(one.kept, one.customers, other.kept, other.customers)

    @property
    def has_few(self) -> bool:
        """Whether an arm is too small to say anything."""
        return min(self.treated.customers, self.holdout.customers) < FEWEST


@dataclass(frozen=True)
class Quarter:
    """A quarter of one programme: what was promised, and what came where the quarter is over."""

    promise: QuarterPromise
    is_over: bool
    compared: Compared


@dataclass(frozen=True)
class Month:
    """Cash of one month: the cost in the export (None: none there), and what the treated brought more
    than the holdout, where the month is over and both arms are there."""

    start: date
    is_over: bool
    cost: Decimal | None
    compared: Compared


@dataclass(frozen=True)
class Actual:
    """One programme of an approved case against its promise; quarters are those of the promise."""

    line: LinePromise
    quarters: tuple[Quarter, ...]
    months: tuple[Month, ...]


@dataclass(frozen=True)
class Treated:
    """One customer of either arm behind a quarter. Money is margin: level at the MRR of the day of assignment, earned
    what came, change the one less the other."""

    customer_id: str
    customer_name: str
    arm: str
    assigned_on: date
    level: float
    earned: float
    change: float
    is_kept: bool


def find_actual(cursor: duckdb.DuckDBPyConnection, line: LinePromise) -> Actual:
    """One programme as far as the data goes."""
    starts_on = line.quarters[0].start
    quarters = _compare(cursor, "quarter", line.match, starts_on)
    months = _compare(cursor, "month", line.match, starts_on)
    return Actual(
        line,
        tuple(
            Quarter(each, each.start in over, quarters.get(each.start, Compared()))
            for over in [_list_closed(cursor, starts_on)]
            for each in line.quarters
        ),
        tuple(
            Month(start, is_over, amount, months.get(start, Compared()))
            for start, is_over, amount in _find_cash(cursor, line.match, starts_on)
        ),
    )


def find_treated(
    cursor: duckdb.DuckDBPyConnection, match: Match, starts_on: date, quarter: date
) -> tuple[Treated, ...]:
    """The customers behind one quarter; starts_on is the first day of the approved case."""
    _follow(cursor, "quarter", match, starts_on)
    cursor.execute("set variable period = ?::date", [quarter])
    rows = cursor.execute(LISTED.read_text("utf-8")).fetchall()
    cursor.execute("drop table followed_members")
    return tuple(Treated(*row) for row in rows)


def list_measures(cursor: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The programmes that the export has, as they are called there."""
    rows = cursor.execute(
        "select distinct programme from programme_members order by programme"
    ).fetchall()
    return tuple(name for (name,) in rows)


def list_payments(cursor: duckdb.DuckDBPyConnection) -> tuple[tuple[str, str | None], ...]:
    """The purposes of the export's costs, each whole (channel None) and by channel."""
    rows = cursor.execute(
        "select distinct purpose, channel from costs"
        " union select distinct purpose, null from costs order by purpose, channel nulls first"
    ).fetchall()
    return tuple((purpose, channel) for purpose, channel in rows)


def why_unmeasured(quarter: Quarter, match: Match) -> str:
    """Why nothing can be said of a quarter, or "": not over, nobody there, or nobody to compare with."""
    if not quarter.is_over:
        return "not over"
    treated, holdout = quarter.compared.treated.customers, quarter.compared.holdout.customers
    if not treated and not holdout:
        return f"not measurable: the export assigns nobody to \u201c{match.programme}\u201d by then"
    if not holdout:
        return f"not measurable: {treated:,} treated, nobody held out to compare with"
    if not treated:
        return f"not measurable: nobody treated, {holdout:,} held out"
    return ""


def judge_quarter(quarter: Quarter) -> str:
    """The promise against the interval of what came; only for a quarter that can be measured."""
    found, promised = quarter.compared.total, quarter.promise.gain.base
    if quarter.compared.has_few or found.low is None or found.high is None:
        return f"too few: an arm has fewer than {FEWEST}"
    if found.high < min(promised, 0):
        return "below the promise; a loss is shown"
    if found.high < promised:
        return f"below the promise{'' if found.is_distinguishable else '; no effect shown'}"
    if not found.is_distinguishable:
        return "cannot be told: the interval holds both 0 and the promise"
    return "above the promise" if found.low > promised else "in line with the promise"


def _follow(cursor: duckdb.DuckDBPyConnection, grain: str, match: Match, starts_on: date) -> None:
    """Members by period, in the temporary table that the other queries read; of the whole company."""
    set_variables(cursor, grain, Scope())
    cursor.execute("set variable starts_on = ?::date", [starts_on])
    cursor.execute("set variable programme = ?::varchar", [match.programme])
    cursor.execute(f"create or replace temp table followed_members as {SPANS.read_text('utf-8')}")


def _compare(
    cursor: duckdb.DuckDBPyConnection, grain: str, match: Match, starts_on: date
) -> Mapping[date, Compared]:
    """Both arms by the start of each period that is over."""
    _follow(cursor, grain, match, starts_on)
    rows = cursor.execute(ARMS.read_text("utf-8")).fetchall()
    cursor.execute("drop table followed_members")
    found: dict[date, dict[str, Side]] = {}
    for start, arm, customers, kept, mean, deviation in rows:
        side = Side(customers, kept, Sample(customers, mean, deviation))
        found.setdefault(start, {})[arm] = side
    return {start: Compared(**sides) for start, sides in found.items()}


def _list_closed(cursor: duckdb.DuckDBPyConnection, starts_on: date) -> frozenset[date]:
    rows = cursor.execute(
        "select period_start from periods where grain = 'quarter' and is_closed and period_start >= ?",
        [starts_on],
    ).fetchall()
    return frozenset(start for (start,) in rows)


def _find_cash(
    cursor: duckdb.DuckDBPyConnection, match: Match, starts_on: date
) -> Sequence[tuple[date, bool, Decimal | None]]:
    cursor.execute("set variable starts_on = ?::date", [starts_on])
    cursor.execute("set variable purpose = ?::varchar", [match.purpose])
    cursor.execute("set variable channel = ?::varchar", [match.channel])
    return cursor.execute(CASH.read_text("utf-8")).fetchall()
