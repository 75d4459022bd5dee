/*
label      = "Customers with a tier"
definition = "Customers whose published tier is this one (or any) at the last Sunday of the period, with their MRR then."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = ["tier"]
tables     = ["subscriptions"]
explains   = [
    { metric = "adv_share", part = "numerator", total = "rows", member = "tier" },
    { metric = "adv_mrr", part = "value", total = "mrr", member = "tier" },
    { metric = "adv_share", part = "denominator", total = "rows" },
    { metric = "adv_coverage", part = "denominator", total = "rows" },
    { metric = "adv_net", part = "denominator", total = "rows" },
]
*/
select
    customer_id,
    closing_mrr as mrr
from customer_flows
where closing_tier = coalesce(getvariable('tier'), closing_tier)
