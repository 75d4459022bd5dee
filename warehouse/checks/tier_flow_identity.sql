/*
severity = "error"
description = "Each tier's customers at the open + in - out = at the close, in every period."
advice = "This is a defect of the facts: please report it."
*/
with tiers as (
    select unnest(['actively_dissatisfied', 'dissatisfied', 'neutral', 'loyal', 'advocate']) as tier
),

changes as (
    select week_start, tier, sum(customers_change) as customers_change
    from mart_tier_changes
    group by week_start, tier
),

weekly as (
    select
        periods.period_start as week_start,
        tiers.tier,
        coalesce(sum(changes.customers_change) over (
            partition by tiers.tier order by periods.period_start
        ), 0) as customers
    from periods
    cross join tiers
    left join changes on periods.period_start = changes.week_start and tiers.tier = changes.tier
    where periods.grain = 'week'
),

moves as (
    select grain, period_start, to_state as tier, customers from mart_flows
    union all
    select grain, period_start, from_state as tier, -customers as customers from mart_flows
),

net_moves as (
    select grain, period_start, tier, sum(customers) as customers
    from moves
    group by grain, period_start, tier
),

compared as (
    select
        periods.grain,
        periods.period_start,
        tiers.tier,
        coalesce(opening.customers, 0) + coalesce(net_moves.customers, 0) as by_moves,
        coalesce(closing.customers, 0) as counted
    from periods
    cross join tiers
    left join weekly as opening on periods.opening_week = opening.week_start and tiers.tier = opening.tier
    left join weekly as closing on periods.closing_week = closing.week_start and tiers.tier = closing.tier
    left join net_moves
        on periods.grain = net_moves.grain
            and periods.period_start = net_moves.period_start
            and tiers.tier = net_moves.tier
    where periods.is_closed
)

select grain, period_start, tier, by_moves, counted
from compared
where by_moves <> counted
