/*
label      = "All opportunities so far"
definition = "Opportunities of new business created before the end of the period, those closed before they were created left out; has_been_won: before that end, and within the days chosen; stage, close and outcome as known today."
entity     = "deal"
measures   = { amount = "currency", has_been_won = "count" }
chosen     = ["within_days"]
tables     = ["opportunities"]
explains   = [
    { metric = "vel_win_cif", part = "denominator", total = "rows", member = "within_days" },
    { metric = "vel_win_cif", part = "numerator", total = "has_been_won", member = "within_days" },
]
*/
select
    fct_opportunities.opportunity_id,
    fct_opportunities.customer_id,
    fct_customers.customer_name,
    case when fct_opportunities.amount > 0 then fct_opportunities.amount end as amount,
    case
        when
            fct_opportunities.is_won
            and fct_opportunities.closed_on < cast(getvariable('period_end') as date)
            and fct_opportunities.cycle_days <= coalesce(cast(getvariable('within_days') as integer), 365)
            then 1
        else 0
    end as has_been_won,
    fct_opportunities.cycle_days,
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
    and (not fct_opportunities.is_closed or fct_opportunities.cycle_days is not null)
