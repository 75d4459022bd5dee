/*
severity = "error"
description = "At the end of every week the five tiers sum to the active customers, and their MRR to the MRR."
advice = "This is a defect of the facts: please report it."
*/
with weeks as (
    select periods.period_start as week_start, periods.period_end
    from periods
    cross join data_bounds
    where periods.grain = 'week' and periods.period_end <= data_bounds.last_sunday + 1
),

active as (
    select
        weeks.week_start,
        count(fct_mrr_spells.customer_id) as customers,
        coalesce(sum(fct_mrr_spells.mrr), 0) as mrr
    from weeks
    left join fct_mrr_spells
        on fct_mrr_spells.valid_from < weeks.period_end
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= weeks.period_end
    group by weeks.week_start
),

changes as (
    select week_start, sum(customers_change) as customers_change, sum(mrr_change) as mrr_change
    from mart_tier_changes
    group by week_start
),

stocks as (
    select
        active.week_start,
        active.customers,
        active.mrr,
        coalesce(sum(changes.customers_change) over (order by active.week_start), 0) as tier_customers,
        coalesce(sum(changes.mrr_change) over (order by active.week_start), 0) as tier_mrr
    from active
    left join changes on active.week_start = changes.week_start
)

select week_start, customers, tier_customers, mrr, tier_mrr
from stocks
where customers <> tier_customers or mrr <> tier_mrr
