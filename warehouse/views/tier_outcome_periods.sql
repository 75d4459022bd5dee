/* One row per period of the grain in force, breakdown and tier, 'none' included: the customers of the period's
start who were in the tier then, those of them lost by its end, and the MRR that retention compares, by the tier
at the start of its window. */
with tiers as (
    select unnest(['actively_dissatisfied', 'dissatisfied', 'neutral', 'loyal', 'advocate', 'none']) as tier
),

scoped as (
    select
        mart_tier_outcomes.period_start,
        scoped_slices.breakdown,
        mart_tier_outcomes.tier,
        sum(columns(mart_tier_outcomes.* exclude (grain, period_start, slice_id, tier)))
    from mart_tier_outcomes
    inner join scoped_slices on mart_tier_outcomes.slice_id = scoped_slices.slice_id
    where mart_tier_outcomes.grain = coalesce(cast(getvariable('grain') as varchar), 'week')
    group by mart_tier_outcomes.period_start, scoped_slices.breakdown, mart_tier_outcomes.tier
),

filled as (
    select
        scoped_periods.grain,
        scoped_periods.period_start,
        scoped_periods.period_end,
        scoped_periods.is_closed,
        scoped_periods.retention_from,
        scoped_breakdowns.breakdown,
        tiers.tier,
        coalesce(columns(scoped.* exclude (period_start, breakdown, tier)), 0)
    from scoped_periods
    cross join scoped_breakdowns
    cross join tiers
    left join scoped
        on scoped_periods.period_start = scoped.period_start
            and tiers.tier = scoped.tier
            and scoped_breakdowns.breakdown is not distinct from scoped.breakdown
)

select
    filled.grain,
    filled.period_start,
    filled.period_end,
    filled.is_closed,
    filled.breakdown,
    filled.tier,
    cast(sum(filled.customers_change) over until_end - filled.customers_change as bigint) as opening_customers,
    cast(filled.lost_customers as bigint) as lost_customers,
    sum(filled.retention_opening_change) over until_end as retention_opening_mrr,
    sum(filled.retention_kept_change) over until_end as retention_kept_mrr,
    sum(filled.retention_closing_change) over until_end as retention_closing_mrr,
    coalesce(filled.retention_from >= data_bounds.first_paid_on, false) as has_retention
from filled
cross join data_bounds
window until_end as (
    partition by filled.breakdown, filled.tier order by filled.period_start
    rows between unbounded preceding and current row
)
