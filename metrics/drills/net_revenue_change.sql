/*
label      = "MRR lost less won"
definition = "Changes of the MRR of customers who had paid before, in the period: losses (churned, contraction) above zero, gains (expansion, reactivation) below it."
entity     = "customer"
measures   = { net_loss = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "churn_rev_net", part = "numerator", total = "net_loss" },
]
*/
select
    fct_mrr_movements.customer_id,
    fct_mrr_movements.mrr_before - fct_mrr_movements.mrr_after as net_loss,
    fct_mrr_movements.kind,
    fct_mrr_movements.moved_on,
    fct_mrr_movements.mrr_before,
    fct_mrr_movements.mrr_after,
    fct_mrr_movements.is_price
from fct_mrr_movements
inner join scoped_slices on fct_mrr_movements.slice_id = scoped_slices.slice_id
where
    fct_mrr_movements.kind <> 'new'
    and fct_mrr_movements.moved_on >= cast(getvariable('period_start') as date)
    and fct_mrr_movements.moved_on < cast(getvariable('period_end') as date)
