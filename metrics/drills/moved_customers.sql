/*
label      = "Customers who moved"
definition = "Customers whose tier at the last Sunday of the period is not that of the last Sunday before it, on evidence or by expiry, with their MRR at the later."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = ["tier"]
tables     = ["subscriptions"]
explains   = []
*/
select
    customer_id,
    closing_mrr as mrr
from customer_flows
where
    direction <> 0
    and closing_tier = coalesce(getvariable('tier'), closing_tier)
