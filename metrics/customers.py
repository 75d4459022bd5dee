"""The customers behind a number: who stands in which tier at the end of a period."""

from datetime import date
from typing import Any

import duckdb

from metrics.names import nearest
from metrics.periods import list_periods, select_periods
from metrics.scope import Scope, check_chosen, set_variables
from warehouse.errors import StandingError

TIERS = ("actively_dissatisfied", "dissatisfied", "neutral", "loyal", "advocate")
COLUMNS = ("customer_id", "customer_name", "tier", "previous_tier", "rule", "evidence", "mrr")

# The week is bound, not joined: as a constant it reaches every scan of the view (20 ms, else 500).
_SQL = """
with placed as (
    select
        customer_tiers.customer_id,
        customer_tiers.customer_name,
        customer_tiers.tier,
        opening.tier as previous_tier,
        customer_tiers.rule,
        customer_tiers.evidence,
        customer_tiers.mrr
    from customer_tiers
    inner join scoped_slices on customer_tiers.slice_id = scoped_slices.slice_id
    left join fct_tier_spells as opening
        on
            customer_tiers.customer_id = opening.customer_id
            and opening.valid_from <= $opening_week
            and coalesce(opening.valid_to, date '9999-12-31') > $opening_week
    where customer_tiers.week_start = $closing_week
)

select * from placed
where ($tier is null or tier = $tier) and (not $moved or tier <> previous_tier)
order by mrr desc nulls last, customer_id
limit $limit
"""


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

    previous_tier is that of the last Sunday before the period, None where there was none. `moved`
    keeps those whose tier differs from it. `period` is the first day of a closed period, by default
    the last closed one. mrr is Decimal.

    Raises StandingError for an unknown tier, grain, dimension or period, for a period still open,
    and where the export has no subscriptions.
    """
    if tier is not None and tier not in TIERS:
        raise StandingError(f"There is no tier {tier!r}; {nearest(tier, TIERS)}.")
    _check_subscriptions(cursor)
    check_chosen(cursor, scope.used())
    chosen = select_periods(list_periods(cursor, grain), period, last=1)
    if not chosen:
        return []
    if not chosen[0].is_closed:
        raise StandingError(
            f"The {grain} of {chosen[0].start} is not over yet; ask for one before it."
        )
    weeks = cursor.execute(
        "select closing_week, opening_week from periods where grain = ? and period_start = ?",
        [grain, chosen[0].start],
    ).fetchone()
    assert weeks is not None, "select_periods returns periods of this table"
    set_variables(cursor, grain, scope)
    cursor.execute(
        _SQL,
        {
            "closing_week": weeks[0], "opening_week": weeks[1],
            "tier": tier, "moved": moved, "limit": limit,
        },
    )  # fmt: skip
    return [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]


def _check_subscriptions(cursor: duckdb.DuckDBPyConnection) -> None:
    row = cursor.execute(
        "select is_present from table_status where table_name = 'subscriptions'"
    ).fetchone()
    if row is not None and not row[0]:
        raise StandingError(
            "This export has no subscriptions, so no customer has a tier: add it, or map it in "
            "warehouse/sources/<crm>/subscriptions.sql."
        )
