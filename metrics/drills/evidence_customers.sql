/*
label      = "Customers with evidence"
definition = "Customers about whom there is evidence of their tier at the last Sunday of the period, be it old or weak, with their MRR then."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "adv_coverage", part = "numerator", total = "rows" },
]
*/
select
    customer_flows.customer_id,
    customer_flows.closing_mrr as mrr
from customer_flows
inner join fct_tier_spells
    on customer_flows.customer_id = fct_tier_spells.customer_id
        and fct_tier_spells.valid_from <= cast(getvariable('closing_week') as date)
        and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > cast(getvariable('closing_week') as date)
where customer_flows.closing_tier is not null and fct_tier_spells.rule <> 'R5b'
