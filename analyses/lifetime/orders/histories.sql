/* One row per history: how many customers have so many repeat orders, the days from first to last order, and the days
from the first order to the end of what is known (variable orders_until). */
select
    order_histories.repeats,
    order_histories.recency_days,
    order_histories.age_days,
    count(*) as customers
from order_histories
group by all
order by all
