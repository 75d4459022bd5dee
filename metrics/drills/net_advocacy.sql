/*
label      = "Customers for us and against us"
definition = "Customers who are loyal or advocates (+1), dissatisfied or actively dissatisfied (-1) at the last Sunday of the period, with their MRR then; neutral ones count nothing."
entity     = "customer"
measures   = { mrr = "currency", net = "count" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "adv_net", part = "numerator", total = "net" },
]
*/
select
    customer_id,
    closing_mrr as mrr,
    case when closing_tier in ('loyal', 'advocate') then 1 else -1 end as net
from customer_flows
where closing_tier <> 'neutral'
