/*
label      = "MRR lost"
definition = "Falls of a customer's MRR in the period: to nothing (churned) or to less (contraction)."
entity     = "customer"
measures   = { amount = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "churn_rev_gross", part = "numerator", total = "amount" },
]
*/
select
    fct_mrr_movements.customer_id,
    fct_mrr_movements.amount,
    fct_mrr_movements.kind,
    fct_mrr_movements.moved_on,
    fct_mrr_movements.mrr_before,
    fct_mrr_movements.mrr_after,
    fct_mrr_movements.is_price
from fct_mrr_movements
inner join scoped_slices on fct_mrr_movements.slice_id = scoped_slices.slice_id
where
    fct_mrr_movements.kind in ('churned', 'contraction')
    and fct_mrr_movements.moved_on >= cast(getvariable('period_start') as date)
    and fct_mrr_movements.moved_on < cast(getvariable('period_end') as date)
