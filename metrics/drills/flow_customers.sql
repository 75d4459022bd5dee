/*
label      = "Customers of one flow"
definition = "Customers who stood in one tier at the first Sunday and in the other at the last, or entered or left between them; with the MRR at the last Sunday, of those who left at the first."
entity     = "customer"
measures   = { mrr = "currency", opening_mrr = "currency", closing_mrr = "currency" }
chosen     = ["from_state", "to_state"]
tables     = ["subscriptions"]
explains   = []
*/
select
    customer_id,
    case when to_state = 'churned' then opening_mrr else closing_mrr end as mrr,
    opening_mrr,
    closing_mrr
from customer_flows
where
    from_state = coalesce(getvariable('from_state'), from_state)
    and to_state = coalesce(getvariable('to_state'), to_state)
