/* How the customers of the scope moved between two Sundays (variables opening_week and closing_week), by kind of
move and the side they came to: how many, and by how much for us less against us rose. Stays are no rows. */
with sides as (
    select
        customer_flows.customer_id,
        case
            when customer_flows.opening_tier is null then customer_flows.from_state
            when customer_flows.closing_tier is null then 'churned'
            when customer_flows.is_expired then 'expired'
            when customer_flows.direction = 1 then 'up'
            else 'down'
        end as kind,
        customer_flows.to_state,
        case
            when customer_flows.opening_tier in ('loyal', 'advocate') then 1
            when customer_flows.opening_tier in ('dissatisfied', 'actively_dissatisfied') then -1
            else 0
        end as side_before,
        case
            when customer_flows.closing_tier in ('loyal', 'advocate') then 1
            when customer_flows.closing_tier in ('dissatisfied', 'actively_dissatisfied') then -1
            else 0
        end as side_after
    from customer_flows
    where customer_flows.direction is null or customer_flows.direction <> 0
),

moves as (
    select
        sides.kind,
        sides.to_state,
        count(*) as customers,
        cast(sum(sides.side_after - sides.side_before) as bigint) as net
    from sides
    group by all
)

select * from moves
order by kind, to_state
