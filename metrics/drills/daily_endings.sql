/*
label      = "Endings by day"
definition = "Each time in the period that a customer fell to no MRR, with its share of the customers at the start of that day."
entity     = "customer"
measures   = { share = "percent" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "churn_logo_daily", part = "input", total = "share" },
]
*/
select
    fct_activity_spells.customer_id,
    -- a decimal, so that the shares add up to the same in any order
    cast(1 / daily_endings.opening_customers as decimal(38, 15)) as share,
    daily_endings.day as ended_on,
    daily_endings.opening_customers as customers_at_its_start
from fct_activity_spells
inner join scoped_slices on fct_activity_spells.slice_id = scoped_slices.slice_id
inner join daily_endings on fct_activity_spells.valid_to = daily_endings.day
where
    daily_endings.day >= cast(getvariable('period_start') as date)
    and daily_endings.day < cast(getvariable('period_end') as date)
