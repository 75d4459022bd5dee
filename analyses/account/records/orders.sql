/* The orders of a customer in the reporting currency, refunds negative, newest first. */
with listed as (
    select
        ordered_on as day,
        product,
        amount,
        margin,
        order_id as id
    from orders
    where customer_id = $customer_id
    order by ordered_on desc, order_id asc
)

select * from listed
