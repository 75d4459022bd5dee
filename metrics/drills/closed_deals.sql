/*
label      = "Closed opportunities"
definition = "Opportunities of new business won or lost in the 91 days to the end of the period; amounts above 0 count, and cycles that do not end before they begin."
entity     = "deal"
measures   = { amount = "currency", has_amount = "count", cycle_days = "days", has_cycle = "count" }
chosen     = ["help"]
tables     = ["opportunities"]
explains   = [
    { metric = "vel_win_count", part = "denominator", total = "rows" },
    { metric = "vel_win_value", part = "denominator", total = "amount" },
    { metric = "vel_pipeline", part = "input", total = "rows" },
    { metric = "vel_closed", part = "input", total = "rows" },
    { metric = "vel_cycle_all", part = "numerator", total = "cycle_days" },
    { metric = "vel_cycle_all", part = "denominator", total = "has_cycle" },
    { metric = "vel_aided_win", part = "denominator", total = "rows", member = "help" },
]
*/
select
    fct_opportunities.opportunity_id,
    fct_opportunities.customer_id,
    fct_customers.customer_name,
    case when fct_opportunities.amount > 0 then fct_opportunities.amount end as amount,
    case when fct_opportunities.amount > 0 then 1 else 0 end as has_amount,
    fct_opportunities.cycle_days,
    case when fct_opportunities.cycle_days is null then 0 else 1 end as has_cycle,
    fct_opportunities.stage,
    fct_opportunities.kind,
    fct_opportunities.created_on,
    fct_opportunities.closed_on,
    fct_opportunities.is_won,
    fct_opportunities.is_aided,
    owners.owner_name
from fct_opportunities
inner join scoped_slices on fct_opportunities.slice_id = scoped_slices.slice_id
left join fct_customers on fct_opportunities.customer_id = fct_customers.customer_id
left join owners on fct_opportunities.owner_id = owners.owner_id
where
    fct_opportunities.is_new_business
    and fct_opportunities.closed_on < cast(getvariable('period_end') as date)
    and fct_opportunities.closed_on >= cast(getvariable('period_end') as date) - 91
    and (
        getvariable('help') is null
        or fct_opportunities.is_aided = (cast(getvariable('help') as varchar) = 'aided')
    )
