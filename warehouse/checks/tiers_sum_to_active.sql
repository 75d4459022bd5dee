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

-- by day first: a join of spells and weeks would have a row per customer and week
days as (
    select
        valid_from as day,
        count(*) as customers,
        sum(mrr) as mrr
    from fct_mrr_spells
    group by valid_from
    union all
    select
        valid_to as day,
        -count(*) as customers,
        -sum(mrr) as mrr
    from fct_mrr_spells
    where valid_to is not null
    group by valid_to
),

active as (
    select
        weeks.week_start,
        coalesce(sum(days.customers), 0) as customers,
        coalesce(sum(days.mrr), 0) as mrr
    from weeks
    left join days on weeks.period_end > days.day
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
