"""Scheduled churn: what is known today to end later, because the customer has cancelled."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import duckdb

from analyses.formats import format_value
from metrics.drills import Span, load_drills, set_drill
from metrics.scope import Scope

DRILL = "scheduled_endings"
WEEK = timedelta(days=7)
MOST_WEEKS = 26  # drawn at least to the last that is scheduled, and at most so many


@dataclass(frozen=True)
class Ending:
    """What ends in one week, named by its Monday: customers lost, their MRR, and MRR of those who
    pay less but stay."""

    week: date
    lost: int
    lost_mrr: Decimal
    smaller: int
    smaller_mrr: Decimal


@dataclass(frozen=True)
class Scheduled:
    """The weeks in which something ends, oldest first, and whether cancellations are known at all.

    due: terms that end later without a cancellation, which are renewals to be made.
    """

    endings: tuple[Ending, ...]
    is_known: bool
    due: int

    @property
    def lost(self) -> int:
        """Customers who will have gone."""
        return sum(each.lost for each in self.endings)

    @property
    def mrr(self) -> Decimal:
        """All MRR that will have ended."""
        return sum((each.lost_mrr + each.smaller_mrr for each in self.endings), Decimal(0))


def find_scheduled(cursor: duckdb.DuckDBPyConnection, span: Span, scope: Scope) -> Scheduled:
    """What ends on or after span.end, by week; the rows of the drill `scheduled_endings`, counted.

    is_known is False where no term of the data has a date of cancellation: then nothing is known,
    which is not the same as nothing scheduled. Source: ProfitWell and Recurly count churn when the
    paid term expires and call the time since the cancellation scheduled (metrics.md 1.1).
    """
    drill = load_drills()[DRILL]
    set_drill(cursor, drill, span, scope)
    rows = cursor.execute(
        "select ending_week, cast(sum(lost) as bigint), coalesce(sum(falling_mrr) filter (where lost = 1), 0),"
        " count(*) filter (where lost = 0), coalesce(sum(falling_mrr) filter (where lost = 0), 0)"
        f" from (\n{drill.sql}\n) as endings group by ending_week order by ending_week"
    ).fetchall()
    known, due = cursor.execute(
        "select count(fct_terms.cancelled_on) > 0, count(*) filter (where fct_terms.ended_on >= $at"
        " and fct_terms.started_on < $at and not coalesce(fct_terms.cancelled_on < $at, false))"
        " from fct_terms inner join scoped_slices on fct_terms.slice_id = scoped_slices.slice_id",
        {"at": span.end},
    ).fetchone() or (False, 0)
    return Scheduled(tuple(Ending(*row) for row in rows), bool(known), int(due))


def fill_weeks(scheduled: Scheduled, first: date) -> list[Ending]:
    """Every week from `first` to the last scheduled one, empty ones too, MOST_WEEKS at most."""
    by_week = {each.week: each for each in scheduled.endings}
    last = max(by_week, default=first)
    count = min(MOST_WEEKS, (last - first).days // 7 + 1)
    weeks = [first + place * WEEK for place in range(count)]
    return [by_week.get(week, Ending(week, 0, Decimal(0), 0, Decimal(0))) for week in weeks]


def describe_scheduled(scheduled: Scheduled, currency: str) -> str:
    """The message: '12 customers have cancelled and end by the week of 2 Feb 2027: MRR EUR 19 k'."""
    if not scheduled.is_known:
        return "Not known: no term in the data has a date of cancellation"
    if not scheduled.endings:
        return "Nobody who still pays has cancelled"
    money = format_value(float(scheduled.mrr), "currency", currency)
    smaller = sum(each.smaller for each in scheduled.endings)
    who = f"{scheduled.lost:,} {'customer has' if scheduled.lost == 1 else 'customers have'}"
    less = f", {smaller:,} will pay less" if smaller else ""
    goes = "leaves" if scheduled.lost == 1 else "leave"
    return f"{who} cancelled and {goes} when the paid term ends{less}: {money} of MRR will go"


def describe_ending(ending: Ending, currency: str) -> str:
    """'3 · EUR 4,200', and with those who stay '3 · EUR 4,500 · 1 pays less'."""
    money = format_value(float(ending.lost_mrr + ending.smaller_mrr), "currency", currency)
    words = [f"{ending.lost:,}", money]
    if ending.smaller:
        words.append(f"{ending.smaller:,} {'pays' if ending.smaller == 1 else 'pay'} less")
    return " · ".join(words)
