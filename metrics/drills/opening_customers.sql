/*
label      = "Customers at the start"
definition = "Customers in the last moment before the period, with the MRR that they paid then; of one tier those who were in it on the last Sunday before, none without a tier."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = ["tier"]
tables     = ["subscriptions"]
explains   = [
    { metric = "churn_logo", part = "denominator", total = "rows" },
    { metric = "churn_logo_recurly", part = "denominator", total = "rows" },
    { metric = "churn_rev_gross", part = "denominator", total = "mrr" },
    { metric = "churn_rev_net", part = "denominator", total = "mrr" },
    { metric = "churn_tier", part = "denominator", total = "rows", member = "tier" },
    { metric = "churn_logo_ann", part = "input", total = "rows" },
]
*/
with opening as (
    select fct_mrr_spells.customer_id, fct_mrr_spells.mrr
    from fct_mrr_spells
    inner join scoped_slices on fct_mrr_spells.slice_id = scoped_slices.slice_id
    where
        fct_mrr_spells.valid_from < cast(getvariable('period_start') as date)
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= cast(getvariable('period_start') as date)
)

select opening.*
from opening
left join fct_tier_spells
    on opening.customer_id = fct_tier_spells.customer_id
        and fct_tier_spells.valid_from <= cast(getvariable('opening_week') as date)
        and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > cast(getvariable('opening_week') as date)
where coalesce(fct_tier_spells.tier, 'none') = coalesce(getvariable('tier'), fct_tier_spells.tier, 'none')
