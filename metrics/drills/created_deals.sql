/*
label      = "Created opportunities"
definition = "Opportunities of new business created in the 91 days to the end of the period; stage, close and outcome as known today."
entity     = "deal"
measures   = { amount = "currency" }
chosen     = []
tables     = ["opportunities"]
explains   = [
    { metric = "vel_created", part = "input", total = "rows" },
]
*/
select
    fct_opportunities.opportunity_id,
    fct_opportunities.customer_id,
    fct_customers.customer_name,
    case when fct_opportunities.amount > 0 then fct_opportunities.amount end as amount,
    fct_opportunities.stage,
    fct_opportunities.kind,
    fct_opportunities.created_on,
    fct_opportunities.closed_on,
    fct_opportunities.is_won,
    owners.owner_name
from fct_opportunities
inner join scoped_slices on fct_opportunities.slice_id = scoped_slices.slice_id
left join fct_customers on fct_opportunities.customer_id = fct_customers.customer_id
left join owners on fct_opportunities.owner_id = owners.owner_id
where
    fct_opportunities.is_new_business
    and fct_opportunities.created_on < cast(getvariable('period_end') as date)
    and fct_opportunities.created_on >= cast(getvariable('period_end') as date) - 91
