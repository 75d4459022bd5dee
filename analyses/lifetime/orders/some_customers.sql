/* The history of each of at most $most customers, drawn by a hash of their id, so the same ones every time. */
select
    order_histories.repeats,
    order_histories.recency_days,
    order_histories.age_days,
    order_histories.paid_repeats,
    cast(order_histories.repeat_amount as double) as repeat_amount
from order_histories
order by md5(order_histories.customer_id)
limit $most
