/* One row per group and history of placed_customers (placed.sql): customers, the sum of their gross margins (shares), and the
sum of each one's margin times what his repeat orders cost. */
select
    placed_customers.member,
    placed_customers.repeats,
    placed_customers.recency_days,
    placed_customers.age_days,
    placed_customers.paid_repeats,
    count(*) as customers,
    cast(sum(placed_customers.gross_margin) as double) as margin,
    cast(sum(placed_customers.gross_margin * placed_customers.repeat_amount) as double) as margin_amount
from placed_customers
group by all
order by all
