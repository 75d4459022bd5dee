/*
label      = "Weeks as a customer"
definition = "Customers of the period, also of a part of it, with the weeks of it that they were one: seven days are a week."
entity     = "customer"
measures   = { weeks = "weeks" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "churn_hazard", part = "denominator", total = "weeks" },
]
*/
select
    fct_activity_spells.customer_id,
    -- a decimal, so that the weeks add up to the same in any order
    cast(sum(date_diff(
        'day',
        greatest(fct_activity_spells.valid_from, cast(getvariable('period_start') as date)),
        least(
            coalesce(fct_activity_spells.valid_to, cast(getvariable('period_end') as date)),
            cast(getvariable('period_end') as date)
        )
    )) / 7 as decimal(38, 15)) as weeks
from fct_activity_spells
inner join scoped_slices on fct_activity_spells.slice_id = scoped_slices.slice_id
where
    fct_activity_spells.valid_from < cast(getvariable('period_end') as date)
    and coalesce(fct_activity_spells.valid_to, date '9999-12-31') > cast(getvariable('period_start') as date)
group by fct_activity_spells.customer_id
