/*
label      = "Active customers"
definition = "Customers at the end of the period, with the MRR that they pay then."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "eco_ltvcac", part = "input", total = "rows" },
    { metric = "eco_payback", part = "input", total = "rows" },
    { metric = "eco_payback_simple", part = "input", total = "rows" },
    { metric = "cust_active", part = "value", total = "rows" },
    { metric = "mrr", part = "value", total = "mrr" },
    { metric = "ltv_km", part = "input", total = "rows" },
    { metric = "ltv_simple", part = "input", total = "rows" },
]
*/
with closing as (
    select fct_mrr_spells.customer_id, fct_mrr_spells.mrr
    from fct_mrr_spells
    inner join scoped_slices on fct_mrr_spells.slice_id = scoped_slices.slice_id
    where
        fct_mrr_spells.valid_from < cast(getvariable('period_end') as date)
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= cast(getvariable('period_end') as date)
)

select * from closing
