/* One row per week and breakdown, whatever the grain in force: customers at its start, and those of them lost by its end. */
select
    customer_stocks.period_start as week_start,
    customer_stocks.breakdown,
    cast(customer_stocks.opening_customers as bigint) as opening_customers,
    cast(customer_stocks.lost_customers as bigint) as lost_customers
from customer_stocks
where customer_stocks.grain = 'week'
