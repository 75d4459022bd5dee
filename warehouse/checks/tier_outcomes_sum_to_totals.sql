/*
severity = "error"
description = "Customers, losses and retained MRR by tier, those without a tier included, add up to the totals, in every period and slice."
advice = "This is a defect of the facts: please report it."
*/
with by_tier as (
    select
        grain,
        period_start,
        slice_id,
        sum(customers_change) as customers_change,
        sum(lost_customers) as lost_customers,
        sum(retention_opening_change) as retention_opening_change,
        sum(retention_kept_change) as retention_kept_change,
        sum(retention_closing_change) as retention_closing_change
    from mart_tier_outcomes
    group by grain, period_start, slice_id
),

compared as (
    select
        coalesce(by_tier.grain, totals.grain) as grain,
        coalesce(by_tier.period_start, totals.period_start) as period_start,
        coalesce(by_tier.slice_id, totals.slice_id) as slice_id,
        coalesce(by_tier.customers_change, 0) - coalesce(totals.customers_change, 0) as customers,
        coalesce(by_tier.lost_customers, 0) - coalesce(totals.lost_customers, 0) as lost,
        coalesce(by_tier.retention_opening_change, 0) - coalesce(totals.retention_opening_change, 0) as opening_mrr,
        coalesce(by_tier.retention_kept_change, 0) - coalesce(totals.retention_kept_change, 0) as kept_mrr,
        coalesce(by_tier.retention_closing_change, 0) - coalesce(totals.retention_closing_change, 0) as closing_mrr
    from by_tier
    full join mart_customer_changes as totals
        on by_tier.grain = totals.grain
            and by_tier.period_start = totals.period_start
            and by_tier.slice_id = totals.slice_id
)

select grain, period_start, slice_id, customers, lost, opening_mrr, kept_mrr, closing_mrr
from compared
where customers <> 0 or lost <> 0 or opening_mrr <> 0 or kept_mrr <> 0 or closing_mrr <> 0
