/*
label      = "Customers at the start, and new ones"
definition = "Customers at the start of the period with the MRR that they paid then, and those who paid for the first time in it with the MRR that they began with, also if they left again."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "churn_logo_stripe", part = "denominator", total = "rows" },
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

joined as (
    select fct_mrr_movements.customer_id, fct_mrr_movements.amount as mrr, fct_mrr_movements.moved_on as joined_on
    from fct_mrr_movements
    inner join scoped_slices on fct_mrr_movements.slice_id = scoped_slices.slice_id
    where
        fct_mrr_movements.kind = 'new'
        and fct_mrr_movements.moved_on >= cast(getvariable('period_start') as date)
        and fct_mrr_movements.moved_on < cast(getvariable('period_end') as date)
)

select opening.*, cast(null as date) as joined_on
from opening
union all
select joined.*
from joined
