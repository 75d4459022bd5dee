/*
label      = "Moved on evidence"
definition = "Customers whose tier rose (+1) or fell (-1) between the last Sunday before the period and the last in it because of something that happened, with their MRR at the later."
entity     = "customer"
measures   = { mrr = "currency", net = "count" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "flow_net", part = "numerator", total = "net" },
]
*/
select
    customer_id,
    closing_mrr as mrr,
    cast(direction as integer) as net
from customer_flows
where direction <> 0 and not is_expired
