/* The history of each of at most $most customers of $member in placed_customers (placed.sql), drawn by a hash of their id, so
the same ones every time, and their gross margins. */
select
    placed_customers.repeats,
    placed_customers.recency_days,
    placed_customers.age_days,
    placed_customers.paid_repeats,
    cast(placed_customers.repeat_amount as double) as repeat_amount,
    cast(placed_customers.gross_margin as double) as gross_margin
from placed_customers
where placed_customers.member = $member
order by md5(placed_customers.customer_id)
limit $most
