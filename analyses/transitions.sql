/* One row per tier at the start of a week and state at its end, pooled inside the scope over the weeks after
opening_week up to closing_week (Mondays, variables of the cursor): customers, in customer-weeks, of all that stood
in the tier (opening_customers). Stays are what no flow left. weeks: how many of these weeks had customers at all. */
with states as (
    select unnest(['advocate', 'loyal', 'neutral', 'dissatisfied', 'actively_dissatisfied', 'churned']) as to_state
),

pooled as (
    select
        tier_periods.tier as from_state,
        sum(tier_periods.opening_customers) as opening_customers
    from tier_periods
    where
        tier_periods.period_start > cast(getvariable('opening_week') as date)
        and tier_periods.period_start <= cast(getvariable('closing_week') as date)
    group by tier_periods.tier
),

used as (
    select count(distinct tier_periods.period_start) filter (where tier_periods.opening_customers > 0) as weeks
    from tier_periods
    where
        tier_periods.period_start > cast(getvariable('opening_week') as date)
        and tier_periods.period_start <= cast(getvariable('closing_week') as date)
),

moves as (
    select
        flow_periods.from_state,
        flow_periods.to_state,
        sum(flow_periods.customers) as customers
    from flow_periods
    where
        flow_periods.period_start > cast(getvariable('opening_week') as date)
        and flow_periods.period_start <= cast(getvariable('closing_week') as date)
    group by flow_periods.from_state, flow_periods.to_state
),

paired as (
    select
        pooled.from_state,
        states.to_state,
        pooled.opening_customers,
        coalesce(moves.customers, 0) as moved,
        sum(coalesce(moves.customers, 0)) over (partition by pooled.from_state) as left_tier
    from pooled
    cross join states
    left join moves on pooled.from_state = moves.from_state and states.to_state = moves.to_state
),

counted as (
    select
        paired.from_state,
        paired.to_state,
        case when paired.from_state = paired.to_state then paired.opening_customers - paired.left_tier
            else paired.moved
        end as customers,
        paired.opening_customers,
        used.weeks
    from paired
    cross join used
)

select
    from_state,
    to_state,
    cast(customers as bigint) as customers,
    cast(opening_customers as bigint) as opening_customers,
    cast(weeks as bigint) as weeks
from counted
order by from_state, to_state
