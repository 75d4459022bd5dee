/* One row per week from the boundary (variable orders_until; negative: before it) with a repeat order of a customer known
before the boundary: how many there were, up to $held_until. */
with repeated as (
    select
        cast(floor((fct_orders.ordered_on - cast(getvariable('orders_until') as date)) / 7) as integer) as week_number,
        count(*) as orders
    from fct_orders
    inner join order_histories on fct_orders.customer_id = order_histories.customer_id
    where
        fct_orders.amount >= 0
        and fct_orders.ordered_on > order_histories.first_on
        and fct_orders.ordered_on < $held_until
    group by all
)

select * from repeated
order by week_number
