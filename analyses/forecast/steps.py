"""What 13 weeks did to customers, by tier and by what was ahead of them: counts, one step after another."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from metrics.drills import load_drills, set_drill, span_between
from metrics.scope import Scope

QUERY = Path(__file__).with_name("steps.sql")
DRILL = "customers_ahead"
WEEKS = 13
STEP = timedelta(weeks=WEEKS)
MOST_STEPS = 16  # four years: enough for a dozen origins, and a bound on the work
TIERS = ("advocate", "loyal", "neutral", "dissatisfied", "actively_dissatisfied")
CANCELLED, DUE, OTHER = "cancelled", "renewal_due", "other"


@dataclass(frozen=True)
class Flow:
    """Customers who went from one tier (None: were none) to another (None: left) in 13 weeks.

    ahead: what their terms said at the start, None for who was none. dated: how many had a renewal
    date on a term that ran. MRR at both ends, in the reporting currency, with sums of squares.
    """

    tier: str | None
    ahead: str | None
    to_tier: str | None
    customers: int
    dated: int
    mrr_before: float
    mrr_after: float
    before_squared: float
    before_after: float
    after_squared: float

    @property
    def has_left(self) -> bool:
        return self.tier is not None and self.to_tier is None


@dataclass(frozen=True)
class Step:
    """The 13 weeks from a boundary on."""

    start: date
    flows: tuple[Flow, ...]

    @property
    def end(self) -> date:
        return self.start + STEP

    @property
    def customers(self) -> int:
        """Customers at the start."""
        return self.count(lambda flow: flow.tier is not None)

    @property
    def mrr(self) -> float:
        """MRR at the start."""
        return sum(flow.mrr_before for flow in self.flows)

    def count(self, which: Callable[[Flow], bool]) -> int:
        """Customers of the flows of which it is true."""
        return sum(flow.customers for flow in self.flows if which(flow))


def find_steps(cursor: duckdb.DuckDBPyConnection, origin: date, scope: Scope) -> tuple[Step, ...]:
    """The steps that end at the origin, which is a week's boundary, and before, then the one ahead.

    Oldest first; they do not overlap. The first begins after the first paid day of the data, before
    which nobody is a customer. What flows of the last one say of its end is not known at the origin.
    Empty where the data has nobody by then.
    """
    row = cursor.execute("select first_paid_on from data_bounds").fetchone()
    first = row[0] if row else None
    starts = [origin - place * STEP for place in range(MOST_STEPS + 1)]
    known = sorted(start for start in starts if first is not None and start > first)
    return tuple(_find_step(cursor, start, scope) for start in known)


def _find_step(cursor: duckdb.DuckDBPyConnection, start: date, scope: Scope) -> Step:
    drill = load_drills()[DRILL]
    week = start - timedelta(weeks=1)
    set_drill(cursor, drill, span_between(week - STEP, week), scope)
    cursor.execute(f"create or replace temp table standing_customers as\n{drill.sql}")
    rows = cursor.execute(QUERY.read_text("utf-8")).fetchall()
    cursor.execute("drop table standing_customers")
    return Step(start, tuple(Flow(*row) for row in rows))
