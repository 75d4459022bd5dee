/*
label      = "Endings"
definition = "Each time in the period that a customer fell to no MRR, with the MRR that ended: also of those who joined in the period, or came back in it."
entity     = "customer"
measures   = { amount = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "churn_hazard", part = "numerator", total = "rows" },
    { metric = "churn_logo_average", part = "numerator", total = "rows" },
    { metric = "churn_logo_recurly", part = "numerator", total = "rows" },
    { metric = "churn_logo_stripe", part = "numerator", total = "rows" },
]
*/
select
    fct_mrr_movements.customer_id,
    fct_mrr_movements.amount,
    fct_mrr_movements.moved_on,
    fct_customers.first_paid_on
from fct_mrr_movements
inner join fct_customers on fct_mrr_movements.customer_id = fct_customers.customer_id
inner join scoped_slices on fct_mrr_movements.slice_id = scoped_slices.slice_id
where
    fct_mrr_movements.kind = 'churned'
    and fct_mrr_movements.moved_on >= cast(getvariable('period_start') as date)
    and fct_mrr_movements.moved_on < cast(getvariable('period_end') as date)
