/*
label      = "Revenue kept of 13 weeks ago"
definition = "Customers of 91 days before the end of the period with the MRR that they paid then, the part of it that they still pay (the smaller of the two amounts), and the MRR that they pay now."
entity     = "customer"
measures   = { opening_mrr = "currency", kept_mrr = "currency", closing_mrr = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "ret_grr_13w", part = "numerator", total = "kept_mrr" },
    { metric = "ret_grr_13w", part = "denominator", total = "opening_mrr" },
    { metric = "ret_nrr_13w", part = "numerator", total = "closing_mrr" },
    { metric = "ret_nrr_13w", part = "denominator", total = "opening_mrr" },
]
*/
select
    opening.customer_id,
    opening.mrr as opening_mrr,
    least(opening.mrr, coalesce(closing.mrr, 0)) as kept_mrr,
    coalesce(closing.mrr, 0) as closing_mrr
from fct_mrr_spells as opening
inner join scoped_slices on opening.slice_id = scoped_slices.slice_id
left join fct_mrr_spells as closing
    on opening.customer_id = closing.customer_id
        and closing.valid_from < cast(getvariable('period_end') as date)
        and coalesce(closing.valid_to, date '9999-12-31') >= cast(getvariable('period_end') as date)
where
    opening.valid_from < cast(getvariable('period_end') as date) - 91
    and coalesce(opening.valid_to, date '9999-12-31') >= cast(getvariable('period_end') as date) - 91
