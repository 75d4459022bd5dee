"""Why customers left, as the terms that ended say: counts and MRR by reason."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import duckdb

from metrics.drills import Span, load_drills, set_drill
from metrics.intervals import compute_wilson
from metrics.scope import Scope

DRILL = "losses"
NOT_STATED = "not stated"
MOST_NAMED = 3  # reasons that a title holds
# A customer who was lost because a payment failed did not decide to go (ProfitWell, Recurly).
INVOLUNTARY = re.compile(
    r"(payment|card|debit).*(fail|declin|overdue|missed|refus)|(fail|declin|overdue|missed).*payment"
    r"|non.?payment|unpaid|dunning|delinquen"
)


@dataclass(frozen=True)
class Reason:
    """One reason as the CRM spells it: customers lost, and the MRR of all terms that ended."""

    reason: str
    lost: int
    mrr: Decimal

    @property
    def is_involuntary(self) -> bool:
        """Whether the reason, as the CRM spells it, names a payment that failed."""
        return INVOLUNTARY.search(self.reason.replace("_", " ").lower()) is not None


def find_reasons(
    cursor: duckdb.DuckDBPyConnection, grain: str, start: date, end: date, scope: Scope
) -> tuple[Reason, ...]:
    """Reasons in the periods of a grain from start to end, most customers first, 'not stated' last.

    Over several weeks they add up to the sums of the weekly cust_lost and mrr_churned. They are the
    rows of the drill `losses`, counted.
    """
    drill = load_drills()[DRILL]
    week = timedelta(days=7)
    set_drill(cursor, drill, Span(grain, start, end, start - week, end - week), scope)
    rows = cursor.execute(
        "select reason, cast(sum(lost) as bigint), sum(churned_mrr) from (\n"
        f"{drill.sql}\n) as losses group by reason"
        f" order by reason = '{NOT_STATED}', sum(lost) desc, sum(churned_mrr) desc, reason"
    ).fetchall()
    return tuple(Reason(*row) for row in rows)


def span_back(grain: str, start: date, end: date, weeks: int) -> tuple[str, date, date]:
    """The grain, start and end of the weeks up to the period's end; of the period itself for 0."""
    return (grain, start, end) if weeks == 0 else ("week", _monday(end, weeks), _monday(end, 0))


def describe_reason_code(code: str) -> str:
    """A code of the CRM as words: 'payment_failed' -> 'Payment failed'."""
    return code.replace("_", " ").strip().capitalize() or NOT_STATED.capitalize()


def describe_reasons(reasons: Sequence[Reason]) -> str:
    """The message: 'Product is named most often: 14 of 20 lost customers'.

    Only where it is told apart from every other: of those who named one of the two, the Wilson
    interval of the share that named the first lies above one half. Else those that chance alone may
    have put behind it are named with it, or counted where they are more than two.
    """
    lost = sum(each.lost for each in reasons)
    stated = [each for each in reasons if each.reason != NOT_STATED and each.lost]
    if not lost:
        return "No customer was lost"
    if not stated:
        return f"No reason is stated for {lost:,} lost customers"
    first = stated[0]
    near = [each for each in stated if not _is_apart(first, each)]
    name = describe_reason_code(first.reason)
    if len(near) == 1:
        return f"{name} is named most often: {first.lost:,} of {lost:,} lost customers"
    if len(near) > MOST_NAMED:
        return (
            f"{name} is named most often, {first.lost:,} of {lost:,} lost customers, but not distinguishable "
            f"from {len(near) - 1:,} others"
        )
    names = [describe_reason_code(each.reason).lower() for each in near]
    told = [f"{name} {each.lost:,}" for name, each in zip(names, near, strict=True)]
    named = f"{', '.join(told[:-1])} and {told[-1]}"
    return (
        f"{named[0].upper()}{named[1:]} of {lost:,} lost customers are named most often, not distinguishable "
        "from each other"
    )


def describe_will(reasons: Sequence[Reason]) -> str:
    """How many did not decide to go: '2 of 45 involuntary (a payment failed), 42 by decision, 1 not
    stated'; "" where nobody was lost."""
    lost = sum(each.lost for each in reasons)
    involuntary = sum(each.lost for each in reasons if each.is_involuntary)
    unstated = sum(each.lost for each in reasons if each.reason == NOT_STATED)
    if not lost:
        return ""
    return (
        f"{involuntary:,} of {lost:,} involuntary (a payment failed), "
        f"{lost - involuntary - unstated:,} by decision, {unstated:,} not stated"
    )


def _is_apart(first: Reason, other: Reason) -> bool:
    """Whether chance alone hardly made the first more frequent than another."""
    if other is first:
        return False
    low, _ = compute_wilson(first.lost, first.lost + other.lost)
    return low is not None and low > 0.5


def _monday(end: date, weeks: int) -> date:
    """The Monday that begins the last `weeks` whole weeks before a boundary."""
    return date.fromordinal(end.toordinal() - end.weekday() - 7 * weeks)
