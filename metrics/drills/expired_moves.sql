/*
label      = "Moved by expiry"
definition = "Customers whose tier changed between the last Sunday before the period and the last in it although nothing happened, because old evidence ran out, with their MRR at the later."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "flow_expired", part = "numerator", total = "rows" },
]
*/
select
    customer_id,
    closing_mrr as mrr
from customer_flows
where direction <> 0 and is_expired
