/* One row per customer with an order before the boundary, which is the variable orders_until of the cursor (exclusive):
what BG/NBD and Gamma-Gamma need to know of the customer. A day is one order; a day whose amounts sum to less than 0 is a
refund and no order; one that sums to 0 is an order, but none to learn spend from. Ages end with the day before the
boundary, the last that is known. */
with purchases as (
    select
        fct_orders.customer_id,
        fct_orders.slice_id,
        fct_orders.ordered_on,
        fct_orders.amount,
        min(fct_orders.ordered_on) over (partition by fct_orders.customer_id) as first_on
    from fct_orders
    where fct_orders.amount >= 0 and fct_orders.ordered_on < cast(getvariable('orders_until') as date)
),

order_histories as (
    select
        purchases.customer_id,
        purchases.slice_id,
        purchases.first_on,
        max(purchases.ordered_on) as last_on,
        count(*) - 1 as repeats,
        max(purchases.ordered_on) - purchases.first_on as recency_days,
        cast(getvariable('orders_until') as date) - 1 - purchases.first_on as age_days,
        count(*) filter (where purchases.ordered_on > purchases.first_on and purchases.amount > 0) as paid_repeats,
        coalesce(sum(purchases.amount) filter (where purchases.ordered_on > purchases.first_on), 0) as repeat_amount,
        sum(purchases.amount) as amount
    from purchases
    group by purchases.customer_id, purchases.slice_id, purchases.first_on
)

select * from order_histories
