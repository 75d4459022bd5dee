/* One row: the first day with an order before $until, days of a customer that were refunds, and those that cost nothing. */
select
    min(fct_orders.ordered_on) as first_on,
    count(*) filter (where fct_orders.amount < 0) as refunds,
    count(*) filter (where fct_orders.amount = 0) as free
from fct_orders
where fct_orders.ordered_on < $until
