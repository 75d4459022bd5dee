/*
severity = "error"
description = "MRR at the open + new + reactivation + expansion - contraction - churned = MRR at the close = MRR at the next open, in every period, and it is the sum of the terms that run on the day."
advice = "This is a defect of the facts: please report it."
*/
with boundaries as (
    select distinct period_end as boundary
    from periods
),

-- by day first: a join of spells and boundaries would have a row per customer and period
days as (
    select valid_from as day, sum(mrr) as by_spells, 0 as by_terms from fct_mrr_spells
    group by valid_from
    union all
    select valid_to as day, -sum(mrr) as by_spells, 0 as by_terms
    from fct_mrr_spells
    where valid_to is not null
    group by valid_to
    union all
    select started_on as day, 0 as by_spells, sum(mrr) as by_terms from fct_terms
    group by started_on
    union all
    select ended_on as day, 0 as by_spells, -sum(mrr) as by_terms
    from fct_terms
    where ended_on is not null
    group by ended_on
),

running as (
    select
        boundaries.boundary,
        coalesce(sum(days.by_spells), 0) as by_spells,
        coalesce(sum(days.by_terms), 0) as by_terms
    from boundaries
    left join days on days.day < boundaries.boundary
    group by boundaries.boundary
),

changes as (
    select
        grain,
        period_start,
        sum(new_mrr + reactivation_mrr + expansion_mrr - contraction_mrr - churned_mrr) as mrr_change
    from mart_customer_changes
    group by grain, period_start
),

stocks as (
    select
        periods.grain,
        periods.period_start,
        coalesce(sum(changes.mrr_change) over (
            partition by periods.grain order by periods.period_start
        ), 0) as by_movements,
        running.by_spells,
        running.by_terms
    from periods
    inner join running on periods.period_end = running.boundary
    left join changes on periods.grain = changes.grain and periods.period_start = changes.period_start
)

select stocks.grain, stocks.period_start, stocks.by_movements, stocks.by_spells, stocks.by_terms
from stocks
cross join settings
where
    stocks.by_movements <> stocks.by_spells
    -- days of grace let a term that has ended run on
    or (settings.renewal_grace_days = 0 and stocks.by_terms <> stocks.by_spells)
