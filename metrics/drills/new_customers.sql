/*
label      = "New customers"
definition = "Customers at the end of the period who were none at its start and whose first paid term began in it, with the MRR that they pay at its end."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "eco_cac", part = "denominator", total = "rows" },
    { metric = "eco_ltvcac", part = "input", total = "rows" },
    { metric = "eco_payback", part = "input", total = "rows" },
    { metric = "eco_payback_simple", part = "input", total = "rows" },
    { metric = "cust_new", part = "value", total = "rows" },
]
*/
with opening as (
    select fct_mrr_spells.customer_id, fct_mrr_spells.mrr
    from fct_mrr_spells
    inner join scoped_slices on fct_mrr_spells.slice_id = scoped_slices.slice_id
    where
        fct_mrr_spells.valid_from < cast(getvariable('period_start') as date)
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= cast(getvariable('period_start') as date)
),

closing as (
    select fct_mrr_spells.customer_id, fct_mrr_spells.mrr
    from fct_mrr_spells
    inner join scoped_slices on fct_mrr_spells.slice_id = scoped_slices.slice_id
    where
        fct_mrr_spells.valid_from < cast(getvariable('period_end') as date)
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= cast(getvariable('period_end') as date)
)

select closing.*, fct_customers.first_paid_on
from closing
inner join fct_customers on closing.customer_id = fct_customers.customer_id
anti join opening on closing.customer_id = opening.customer_id
where fct_customers.first_paid_on >= cast(getvariable('period_start') as date)
