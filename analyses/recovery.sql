-- One row per quarter of entry, horizon in weeks and later state: how many customers. Scope and closing_week are set.
select
    quarter,
    weeks,
    complete_week,
    later_state,
    count(*) as customers
from recovery_customers
group by quarter, weeks, complete_week, later_state
order by quarter, weeks, later_state
