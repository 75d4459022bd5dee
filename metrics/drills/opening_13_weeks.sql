/*
label      = "Customers at the start of 13 weeks"
definition = "Customers of the 13 weeks to the end of the period, each with the number of these weeks at whose start it was one."
entity     = "customer"
measures   = { weeks = "count" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "eco_payback", part = "input", total = "weeks" },
    { metric = "churn_logo_13w", part = "denominator", total = "weeks" },
    { metric = "ltv_simple", part = "input", total = "weeks" },
]
*/
with weeks as (
    select period_start
    from periods
    where
        grain = 'week'
        and period_start >= cast(getvariable('closing_week') as date) - 84
        and period_start <= cast(getvariable('closing_week') as date)
)

select
    fct_activity_spells.customer_id,
    count(*) as weeks
from fct_activity_spells
inner join scoped_slices on fct_activity_spells.slice_id = scoped_slices.slice_id
inner join weeks
    on fct_activity_spells.valid_from < weeks.period_start
        and coalesce(fct_activity_spells.valid_to, date '9999-12-31') >= weeks.period_start
group by fct_activity_spells.customer_id
