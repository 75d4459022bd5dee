/*
label      = "Open opportunities"
definition = "Opportunities of new business that are open in a qualified stage at the end of the period, with their amounts; stage, close and outcome as known today."
entity     = "deal"
measures   = { amount = "currency" }
chosen     = []
tables     = ["opportunities"]
explains   = [
    { metric = "vel_open", part = "value", total = "rows" },
    { metric = "vel_pipeline", part = "input", total = "rows" },
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
inner join fct_open_spells on fct_opportunities.opportunity_id = fct_open_spells.opportunity_id
left join fct_customers on fct_opportunities.customer_id = fct_customers.customer_id
left join owners on fct_opportunities.owner_id = owners.owner_id
where
    (fct_open_spells.grain is null or fct_open_spells.grain = getvariable('grain'))
    and fct_open_spells.valid_from < cast(getvariable('period_end') as date)
    and coalesce(fct_open_spells.valid_to, date '9999-12-31') >= cast(getvariable('period_end') as date)
