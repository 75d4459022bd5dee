/*
label      = "Revenue kept of a year ago"
definition = "Customers of a year before the end of the period (364 days at week grain) with the MRR that they paid then, the part of it that they still pay (the smaller of the two amounts), and the MRR that they pay now; of one tier those who were in it then."
entity     = "customer"
measures   = { opening_mrr = "currency", kept_mrr = "currency", closing_mrr = "currency" }
chosen     = ["tier"]
tables     = ["subscriptions"]
explains   = [
    { metric = "ret_grr", part = "numerator", total = "kept_mrr" },
    { metric = "ret_grr", part = "denominator", total = "opening_mrr" },
    { metric = "ret_nrr", part = "numerator", total = "closing_mrr" },
    { metric = "ret_nrr", part = "denominator", total = "opening_mrr" },
    { metric = "grr_tier", part = "numerator", total = "kept_mrr", member = "tier" },
    { metric = "grr_tier", part = "denominator", total = "opening_mrr", member = "tier" },
    { metric = "nrr_tier", part = "numerator", total = "closing_mrr", member = "tier" },
    { metric = "nrr_tier", part = "denominator", total = "opening_mrr", member = "tier" },
]
*/
with bounds as (
    select
        case
            when getvariable('grain') = 'week' then cast(getvariable('period_end') as date) - 364
            else cast(cast(getvariable('period_end') as date) - interval 12 month as date)
        end as retention_from
),

opening as (
    select
        fct_mrr_spells.customer_id,
        fct_mrr_spells.mrr,
        coalesce(fct_tier_spells.tier, 'none') as tier_then
    from bounds
    inner join fct_mrr_spells
        on fct_mrr_spells.valid_from < bounds.retention_from
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= bounds.retention_from
    inner join scoped_slices on fct_mrr_spells.slice_id = scoped_slices.slice_id
    -- the tier of the last Sunday before that day
    left join fct_tier_spells
        on fct_mrr_spells.customer_id = fct_tier_spells.customer_id
            and fct_tier_spells.valid_from <= bounds.retention_from - 7
            and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > bounds.retention_from - 7
),

closing as (
    select fct_mrr_spells.customer_id, fct_mrr_spells.mrr
    from fct_mrr_spells
    where
        fct_mrr_spells.valid_from < cast(getvariable('period_end') as date)
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= cast(getvariable('period_end') as date)
)

select
    opening.customer_id,
    opening.mrr as opening_mrr,
    least(opening.mrr, coalesce(closing.mrr, 0)) as kept_mrr,
    coalesce(closing.mrr, 0) as closing_mrr,
    opening.tier_then
from opening
left join closing on opening.customer_id = closing.customer_id
where opening.tier_then = coalesce(getvariable('tier'), opening.tier_then)
