/*
label      = "Customers with a tier at the start"
definition = "Customers with a published tier at the last Sunday before the period, with their MRR then."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "flow_up", part = "denominator", total = "rows" },
    { metric = "flow_down", part = "denominator", total = "rows" },
    { metric = "flow_expired", part = "denominator", total = "rows" },
    { metric = "flow_net", part = "denominator", total = "rows" },
]
*/
select
    customer_id,
    opening_mrr as mrr
from customer_flows
where opening_tier is not null
