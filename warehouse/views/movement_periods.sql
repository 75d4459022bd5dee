/* One row per period of the grain in force and breakdown: moves between tiers on evidence and by expiry,
entries and exits, between the last Sunday before the period and the last in it. */
with opening as (
    select
        tier_periods.grain,
        tier_periods.period_start,
        tier_periods.period_end,
        tier_periods.is_closed,
        tier_periods.breakdown,
        sum(tier_periods.opening_customers) as opening_customers
    from tier_periods
    group by all
),

moves as (
    select
        flow_periods.period_start,
        flow_periods.breakdown,
        sum(flow_periods.customers) filter (where flow_periods.direction = 1 and not flow_periods.is_expired)
            as moved_up,
        sum(flow_periods.customers) filter (where flow_periods.direction = -1 and not flow_periods.is_expired)
            as moved_down,
        sum(flow_periods.customers) filter (where flow_periods.direction = 1 and flow_periods.is_expired) as expired_up,
        sum(flow_periods.customers) filter (where flow_periods.direction = -1 and flow_periods.is_expired)
            as expired_down,
        sum(flow_periods.customers) filter (where flow_periods.from_state = 'new') as entered_new,
        sum(flow_periods.customers) filter (where flow_periods.from_state = 'reactivated') as entered_reactivated,
        sum(flow_periods.customers) filter (where flow_periods.to_state = 'churned') as left_churned
    from flow_periods
    group by flow_periods.period_start, flow_periods.breakdown
)

select
    opening.grain,
    opening.period_start,
    opening.period_end,
    opening.is_closed,
    opening.breakdown,
    cast(opening.opening_customers as bigint) as opening_customers,
    cast(coalesce(moves.moved_up, 0) as bigint) as moved_up,
    cast(coalesce(moves.moved_down, 0) as bigint) as moved_down,
    cast(coalesce(moves.expired_up, 0) as bigint) as expired_up,
    cast(coalesce(moves.expired_down, 0) as bigint) as expired_down,
    cast(coalesce(moves.entered_new, 0) as bigint) as entered_new,
    cast(coalesce(moves.entered_reactivated, 0) as bigint) as entered_reactivated,
    cast(coalesce(moves.left_churned, 0) as bigint) as left_churned
from opening
left join moves
    on opening.period_start = moves.period_start
        and opening.breakdown is not distinct from moves.breakdown
