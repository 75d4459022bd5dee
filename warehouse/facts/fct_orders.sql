/* One row per customer and day with orders up to the as-of date, since orders of one day are one purchase;
not of staff or a partner. amount and margin are sums, refunds are negative; orders is how many there were.
margin is null where any order of the day lacks it. */
with fct_orders as (
    select
        orders.customer_id,
        fct_customers.slice_id,
        orders.ordered_on,
        cast(sum(orders.amount) as decimal(38, 6)) as amount,
        cast(
            case when count(orders.margin) = count(orders.order_id) then sum(orders.margin) end as decimal(38, 6)
        ) as margin,
        count(orders.order_id) as orders
    from orders
    inner join fct_customers on orders.customer_id = fct_customers.customer_id
    cross join build_info
    where orders.ordered_on <= build_info.as_of
    group by orders.customer_id, fct_customers.slice_id, orders.ordered_on
)

select * from fct_orders
