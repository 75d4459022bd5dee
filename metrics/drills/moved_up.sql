/*
label      = "Moved up"
definition = "Customers whose tier rose between the last Sunday before the period and the last in it because of something that happened, with their MRR at the later."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "flow_up", part = "numerator", total = "rows" },
]
*/
select
    customer_id,
    closing_mrr as mrr
from customer_flows
where direction = 1 and not is_expired
