"""The customers behind a number: who stands in which tier at the end of a period."""

from datetime import date
from typing import Any

import duckdb

from metrics.names import nearest
from metrics.periods import list_periods, select_periods
from metrics.scope import Scope, check_chosen, set_variables
from warehouse.errors import StandingError

TIERS = ("actively_dissatisfied", "dissatisfied", "neutral", "loyal", "advocate")
# Who entered or left between the two Sundays; these are no tiers, but answer the same question.
ENTRIES_AND_EXITS = ("new", "reactivated", "churned")
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

_ENTRIES_AND_EXITS_SQL = """
select
    fct_tier_moves.customer_id,
    fct_customers.customer_name,
    nullif(fct_tier_moves.to_state, 'churned') as tier,
    case when fct_tier_moves.to_state = 'churned' then fct_tier_moves.from_state end as previous_tier,
    null as rule,
    case
        when fct_tier_moves.to_state <> 'churned' then fct_tier_moves.from_state
        else 'churned; reasons given: ' || coalesce((
            select string_agg(distinct fct_terms.end_reason, ', ' order by fct_terms.end_reason)
            from fct_terms
            where
                fct_terms.customer_id = fct_tier_moves.customer_id
                and fct_terms.ended_on > $opening_week + 6
                and fct_terms.ended_on <= $closing_week + 6
        ), 'none')
    end as evidence,
    fct_tier_moves.mrr
from fct_tier_moves
inner join fct_customers on fct_tier_moves.customer_id = fct_customers.customer_id
inner join scoped_slices on fct_tier_moves.slice_id = scoped_slices.slice_id
where
    fct_tier_moves.grain = $grain
    and fct_tier_moves.period_start = $period_start
    and $tier in (fct_tier_moves.from_state, fct_tier_moves.to_state)
order by fct_tier_moves.mrr desc, fct_tier_moves.customer_id
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

    Instead of a tier, `tier` may be new, reactivated or churned: who entered or left between the
    two Sundays, with MRR at the later one, of the churned at the earlier one.
    previous_tier is that of the last Sunday before the period, None where there was none. `moved`
    keeps those whose tier differs from it. `period` is the first day of a closed period, by default
    the last closed one. mrr is Decimal.

    Raises StandingError for an unknown tier, grain, dimension or period, for a period still open,
    and where the export has no subscriptions.
    """
    states = (*TIERS, *ENTRIES_AND_EXITS)
    if tier is not None and tier not in states:
        raise StandingError(f"There is no tier {tier!r}; {nearest(tier, states)}.")
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
    values = {"closing_week": weeks[0], "opening_week": weeks[1], "tier": tier, "limit": limit}
    if tier in ENTRIES_AND_EXITS:
        values |= {"grain": grain, "period_start": chosen[0].start}
        cursor.execute(_ENTRIES_AND_EXITS_SQL, values)
    else:
        cursor.execute(_SQL, {**values, "moved": moved})
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
