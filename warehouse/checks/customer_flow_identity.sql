/*
severity = "error"
description = "Customers at the open + new + reactivated - lost = customers at the close, in every period, and both are those active on the day."
advice = "This is a defect of the facts: please report it."
*/
with boundaries as (
    select distinct period_end as boundary
    from periods
),

active as (
    select boundaries.boundary, count(fct_activity_spells.customer_id) as customers
    from boundaries
    left join fct_activity_spells
        on fct_activity_spells.valid_from < boundaries.boundary
            and coalesce(fct_activity_spells.valid_to, date '9999-12-31') >= boundaries.boundary
    group by boundaries.boundary
),

moves as (
    select
        grain,
        period_start,
        count(*) filter (where kind <> 'lost') - count(*) filter (where kind = 'lost') as net_moves
    from fct_customer_moves
    group by grain, period_start
),

stocks as (
    select
        periods.grain,
        periods.period_start,
        coalesce(sum(moves.net_moves) over (
            partition by periods.grain order by periods.period_start
        ), 0) as by_moves,
        active.customers as counted
    from periods
    inner join active on periods.period_end = active.boundary
    left join moves on periods.grain = moves.grain and periods.period_start = moves.period_start
)

select grain, period_start, by_moves, counted
from stocks
where by_moves <> counted
