/*
label      = "Customers at the start or the end"
definition = "Customers at the start or at the end of the period, who count half for each of the two: together the mean of both."
entity     = "customer"
measures   = { customers = "count", opening_mrr = "currency", closing_mrr = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "churn_logo_average", part = "denominator", total = "customers" },
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

select
    coalesce(opening.customer_id, closing.customer_id) as customer_id,
    case when opening.mrr > 0 and closing.mrr > 0 then 1.0 else 0.5 end as customers,
    coalesce(opening.mrr, 0) as opening_mrr,
    coalesce(closing.mrr, 0) as closing_mrr
from opening
full join closing on opening.customer_id = closing.customer_id
