"""What 13 weeks did to customers, by tier and by what was ahead of them: counts, one step after another."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb

from analyses.weekly import WEEK
from metrics.drills import Drill, load_drills, set_drill, span_between
from metrics.scope import Scope

STANDING = Path(__file__).with_name("standing.sql")
STEPS = Path(__file__).with_name("steps.sql")
DRILL = "customers_ahead"
WEEKS = 13
STEP = timedelta(weeks=WEEKS)
MOST_STEPS = 16  # four years: enough for a dozen origins, and a bound on the work
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
    which nobody is a customer. The last one has its start alone: in its flows nobody is anything at the
    end. Empty where the data has nobody by then.
    """
    row = cursor.execute("select first_paid_on from data_bounds").fetchone()
    first = row[0] if row else None
    starts = [origin - place * STEP for place in range(MOST_STEPS + 1)]
    known = sorted(start for start in starts if first is not None and start > first)
    if not known:
        return ()
    drill = load_drills()[DRILL]
    _stand(cursor, drill, "opening_customers", known[0], scope)
    steps: list[Step] = []
    for start, end in pairwise(known):
        _stand(cursor, drill, "closing_customers", end, scope)
        steps.append(_pair(cursor, start))
        cursor.execute("drop table opening_customers")
        cursor.execute("alter table closing_customers rename to opening_customers")
    cursor.execute("create temp table closing_customers as from opening_customers limit 0")
    steps.append(_pair(cursor, known[-1]))
    cursor.execute("drop table opening_customers")
    cursor.execute("drop table closing_customers")
    return tuple(steps)


def _stand(
    cursor: duckdb.DuckDBPyConnection, drill: Drill, table: str, at: date, scope: Scope
) -> None:
    """Make a temporary table of the customers at a boundary."""
    week = at - WEEK
    set_drill(cursor, drill, span_between(week - STEP, week), scope)
    cursor.execute(f"create temp table standing_customers as\n{drill.sql}")
    cursor.execute(f"create temp table {table} as\n{STANDING.read_text('utf-8')}")
    cursor.execute("drop table standing_customers")


def _pair(cursor: duckdb.DuckDBPyConnection, start: date) -> Step:
    rows = cursor.execute(STEPS.read_text("utf-8")).fetchall()
    return Step(start, tuple(Flow(*row) for row in rows))
