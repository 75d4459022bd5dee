/* One row: what the customers known before the boundary (variable orders_until) ordered again in the 364 days before it. */
select
    count(*) as orders,
    cast(coalesce(sum(fct_orders.amount), 0) as double) as amount
from fct_orders
inner join order_histories on fct_orders.customer_id = order_histories.customer_id
where
    fct_orders.amount >= 0
    and fct_orders.ordered_on > order_histories.first_on
    and fct_orders.ordered_on >= cast(getvariable('orders_until') as date) - 364
    and fct_orders.ordered_on < cast(getvariable('orders_until') as date)
