/*
label      = "Changes of MRR"
definition = "Changes of a customer's MRR in the period, a row a day and customer: new, reactivation, expansion, contraction or churned, always as a positive amount. is_price: a term began that day because of its price."
entity     = "customer"
measures   = { amount = "currency" }
chosen     = ["kind"]
tables     = ["subscriptions"]
explains   = [
    { metric = "mrr_new", part = "value", total = "amount", chosen = { kind = "new" } },
    { metric = "mrr_reactivation", part = "value", total = "amount", chosen = { kind = "reactivation" } },
    { metric = "mrr_expansion", part = "value", total = "amount", chosen = { kind = "expansion" } },
    { metric = "mrr_contraction", part = "value", total = "amount", chosen = { kind = "contraction" } },
    { metric = "mrr_churned", part = "value", total = "amount", chosen = { kind = "churned" } },
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
    fct_mrr_movements.kind = coalesce(getvariable('kind'), fct_mrr_movements.kind)
    and fct_mrr_movements.moved_on >= cast(getvariable('period_start') as date)
    and fct_mrr_movements.moved_on < cast(getvariable('period_end') as date)
