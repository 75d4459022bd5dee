/*
label      = "Lost customers"
definition = "Customers at the start of the period who are none at its end, with the MRR that they paid at its start."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "cust_lost", part = "value", total = "rows" },
    { metric = "churn_logo", part = "numerator", total = "rows" },
]
*/
select
    fct_activity_spells.customer_id,
    fct_mrr_spells.mrr
from fct_activity_spells
inner join scoped_slices on fct_activity_spells.slice_id = scoped_slices.slice_id
left join fct_mrr_spells
    on fct_activity_spells.customer_id = fct_mrr_spells.customer_id
        and fct_mrr_spells.valid_from < cast(getvariable('period_start') as date)
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= cast(getvariable('period_start') as date)
where
    fct_activity_spells.valid_from < cast(getvariable('period_start') as date)
    and fct_activity_spells.valid_to >= cast(getvariable('period_start') as date)
    and not exists (
        select 1
        from fct_activity_spells as later
        where
            later.customer_id = fct_activity_spells.customer_id
            and later.valid_from < cast(getvariable('period_end') as date)
            and coalesce(later.valid_to, date '9999-12-31') >= cast(getvariable('period_end') as date)
    )
