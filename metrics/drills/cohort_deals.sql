/*
label      = "Opportunities of the matured cohort"
definition = "Opportunities of new business created in the 91 days that are old enough at the end of the period to judge by; has_been_won: before that end; stage, close and outcome as known today."
entity     = "deal"
measures   = { amount = "currency", has_been_won = "count" }
chosen     = []
tables     = ["opportunities"]
explains   = [
    { metric = "vel_win_created", part = "denominator", total = "rows" },
    { metric = "vel_win_created", part = "numerator", total = "has_been_won" },
    { metric = "vel_created", part = "input", total = "rows" },
]
*/
select
    fct_opportunities.opportunity_id,
    fct_opportunities.customer_id,
    fct_customers.customer_name,
    case when fct_opportunities.amount > 0 then fct_opportunities.amount end as amount,
    case when fct_opportunities.is_won and fct_opportunities.closed_on < created_cohorts.period_end then 1 else 0 end
        as has_been_won,
    fct_opportunities.stage,
    fct_opportunities.kind,
    fct_opportunities.created_on,
    fct_opportunities.closed_on,
    fct_opportunities.is_won,
    owners.owner_name
from fct_opportunities
inner join scoped_slices on fct_opportunities.slice_id = scoped_slices.slice_id
inner join created_cohorts
    on fct_opportunities.created_on >= created_cohorts.created_from
        and fct_opportunities.created_on < created_cohorts.created_before
left join fct_customers on fct_opportunities.customer_id = fct_customers.customer_id
left join owners on fct_opportunities.owner_id = owners.owner_id
where
    fct_opportunities.is_new_business
    and created_cohorts.period_end = cast(getvariable('period_end') as date)
