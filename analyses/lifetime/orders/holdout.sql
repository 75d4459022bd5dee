/* One row per history before the boundary (variable orders_until): its customers, and the orders and revenue that they
made from the boundary to $held_until; days that cost nothing are orders, refunds are none. */
with held as (
    select
        fct_orders.customer_id,
        count(*) as orders,
        sum(fct_orders.amount) as amount
    from fct_orders
    where
        fct_orders.amount >= 0
        and fct_orders.ordered_on >= cast(getvariable('orders_until') as date)
        and fct_orders.ordered_on < $held_until
    group by fct_orders.customer_id
),

by_history as (
    select
        order_histories.repeats,
        order_histories.recency_days,
        order_histories.age_days,
        order_histories.paid_repeats,
        count(*) as customers,
        cast(sum(order_histories.repeat_amount) as double) as repeat_amount,
        coalesce(sum(held.orders), 0) as orders,
        cast(coalesce(sum(held.amount), 0) as double) as amount
    from order_histories
    left join held on order_histories.customer_id = held.customer_id
    group by all
)

select * from by_history
order by all
