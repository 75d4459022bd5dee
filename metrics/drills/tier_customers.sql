/*
label      = "Customers of a tier"
definition = "Customers whose published tier is this one at the last Sunday of the period, with their MRR then."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = ["tier"]
tables     = ["subscriptions"]
explains   = [
    { metric = "adv_share", part = "numerator", total = "rows", member = "tier" },
    { metric = "adv_mrr", part = "value", total = "mrr", member = "tier" },
]
*/
select
    customer_id,
    closing_mrr as mrr
from customer_flows
where to_state = getvariable('tier')
