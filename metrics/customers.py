"""The customers behind a number: who stands in which tier at the end of a period."""

from datetime import date
from typing import Any

import duckdb

from metrics.basis import find_basis
from metrics.drills import list_rows, load_drills, span_of
from metrics.names import nearest
from metrics.periods import list_periods, select_periods
from metrics.scope import Scope
from warehouse.errors import StandingError

TIERS = ("actively_dissatisfied", "dissatisfied", "neutral", "loyal", "advocate")
# Who entered or left between the two Sundays; these are no tiers, but answer the same question.
ENTRIES_AND_EXITS = {"new": "from_state", "reactivated": "from_state", "churned": "to_state"}
COLUMNS = (
    "customer_id", "customer_name", "tier", "previous_tier", "rule", "evidence", "mrr",
    "owner_name", "renews_on", "basis",
)  # fmt: skip


def list_customers(
    cursor: duckdb.DuckDBPyConnection,
    *,
    tier: str | None = None,
    moved: bool = False,
    period: date | None = None,
    grain: str = "week",
    scope: Scope = Scope(),
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Customers with a tier at the last Sunday of a period, the largest MRR first.

    Instead of a tier, `tier` may be new, reactivated or churned: who entered or left between the
    two Sundays, with MRR at the later one, of the churned at the earlier one.
    previous_tier is that of the last Sunday before the period, None where there was none. `moved`
    keeps those whose tier differs from it. `period` is the first day of a closed period, by default
    the last closed one. mrr is Decimal; basis is "inferred terms" where tier and MRR rest on them.

    Raises StandingError for an unknown tier, grain, dimension or period, for a period still open,
    and where the export has no subscriptions.
    """
    states = (*TIERS, *ENTRIES_AND_EXITS)
    if tier is not None and tier not in states:
        raise StandingError(f"There is no tier {tier!r}; {nearest(tier, states)}.")
    if not select_periods(list_periods(cursor, grain), period, last=1):
        return []
    span = span_of(cursor, grain, period)
    if tier in ENTRIES_AND_EXITS:
        name, chosen = "flow_customers", {ENTRIES_AND_EXITS[tier]: tier}
    else:
        name = "moved_customers" if moved else "tier_customers"
        chosen = {} if tier is None else {"tier": tier}
    found = list_rows(cursor, load_drills()[name], span, scope, limit, **chosen)
    basis = find_basis(cursor)
    return [{column: {**row, "basis": basis}[column] for column in COLUMNS} for row in found.rows]
