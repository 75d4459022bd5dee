/*
severity = "error"
description = "Customers at the open + new + reactivated - lost = customers at the close, in every period, and both are those active on the day."
advice = "This is a defect of the facts: please report it."
*/
with boundaries as (
    select distinct period_end as boundary
    from periods
),

-- by day first: a join of spells and boundaries would have a row per customer and period
days as (
    select valid_from as day, count(*) as customers from fct_activity_spells
    group by valid_from
    union all
    select valid_to as day, -count(*) as customers from fct_activity_spells
    where valid_to is not null
    group by valid_to
),

active as (
    select boundaries.boundary, coalesce(sum(days.customers), 0) as customers
    from boundaries
    left join days on days.day < boundaries.boundary
    group by boundaries.boundary
),

changes as (
    select
        grain,
        period_start,
        sum(new_customers + reactivated_customers - lost_customers) as net_moves,
        sum(customers_change) as customers_change
    from mart_customer_changes
    group by grain, period_start
),

stocks as (
    select
        periods.grain,
        periods.period_start,
        coalesce(sum(changes.net_moves) over until_end, 0) as by_moves,
        coalesce(sum(changes.customers_change) over until_end, 0) as by_spells,
        active.customers as counted
    from periods
    inner join active on periods.period_end = active.boundary
    left join changes on periods.grain = changes.grain and periods.period_start = changes.period_start
    window until_end as (partition by periods.grain order by periods.period_start)
)

select grain, period_start, by_moves, by_spells, counted
from stocks
where by_moves <> counted or by_spells <> counted
