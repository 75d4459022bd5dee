/*
label      = "Lost customers"
definition = "Customers at the start of the period who are none at its end, with the MRR that they paid at its start; of one tier those who were in it on the last Sunday before, none without a tier."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = ["tier"]
tables     = ["subscriptions"]
explains   = [
    { metric = "cust_lost", part = "value", total = "rows" },
    { metric = "churn_logo", part = "numerator", total = "rows" },
    { metric = "churn_tier", part = "numerator", total = "rows", member = "tier" },
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
),

closing as (
    select fct_mrr_spells.customer_id, fct_mrr_spells.mrr
    from fct_mrr_spells
    inner join scoped_slices on fct_mrr_spells.slice_id = scoped_slices.slice_id
    where
        fct_mrr_spells.valid_from < cast(getvariable('period_end') as date)
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= cast(getvariable('period_end') as date)
)

select opening.*
from opening
anti join closing on opening.customer_id = closing.customer_id
left join fct_tier_spells
    on opening.customer_id = fct_tier_spells.customer_id
        and fct_tier_spells.valid_from <= cast(getvariable('opening_week') as date)
        and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > cast(getvariable('opening_week') as date)
where coalesce(fct_tier_spells.tier, 'none') = coalesce(getvariable('tier'), fct_tier_spells.tier, 'none')
