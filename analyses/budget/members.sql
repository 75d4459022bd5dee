/* One row per programme of $programmes and customer of its pool (temporary table budget_pools), the order of the
lot first to last: whether the programme reaches it, and the first that does. */
with asked as (
    select
        unnest($programmes) as programme,
        unnest($reached) as reached,
        generate_subscripts($programmes, 1) as number
),

pooled as (
    select
        asked.number,
        asked.programme,
        budget_pools.customer_id,
        budget_pools.standing,
        budget_pools.margin,
        budget_pools.place,
        budget_pools.place <= asked.reached as is_reached
    from asked
    inner join budget_pools on asked.programme = budget_pools.programme
),

members as (
    select
        pooled.*,
        arg_min(pooled.programme, pooled.number) filter (pooled.is_reached) over (
            partition by pooled.customer_id
        ) as counted_in
    from pooled
)

select
    members.programme,
    members.customer_id,
    fct_customers.customer_name,
    members.standing,
    members.margin,
    members.is_reached,
    members.counted_in
from members
inner join fct_customers on members.customer_id = fct_customers.customer_id
order by members.number, members.place
