/* Months of the quarters from $first to $last that have no cost of a purpose, as unbroken runs. */
with missing_months as (
    select
        purpose,
        unnest(missing_months) as month
    from spend_periods
    where period_start between $first and $last
),

numbered_months as (
    select
        purpose,
        month,
        month - to_months(cast(row_number() over (partition by purpose order by month) as integer)) as run
    from missing_months
)

select
    purpose,
    min(month) as first_month,
    max(month) as last_month
from numbered_months
group by purpose, run
order by purpose, first_month
