/*
label      = "Revenue up for renewal"
definition = "Customers of a year before the end of the period (364 days at week grain) with the MRR then of their terms that have ended since, the part of it that they still pay, and all MRR that they paid then and pay now."
entity     = "customer"
measures   = { renewal_mrr = "currency", renewed_mrr = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "ret_grr_renewal", part = "numerator", total = "renewed_mrr" },
    { metric = "ret_grr_renewal", part = "denominator", total = "renewal_mrr" },
]
*/
with bounds as (
    select
        case
            when getvariable('grain') = 'week' then cast(getvariable('period_end') as date) - 364
            else cast(cast(getvariable('period_end') as date) - interval 12 month as date)
        end as retention_from,
        cast(getvariable('period_end') as date) as retention_to
),

renewals as (
    select
        fct_ended_terms.customer_id,
        sum(fct_ended_terms.mrr) as renewal_mrr
    from fct_ended_terms
    inner join scoped_slices on fct_ended_terms.slice_id = scoped_slices.slice_id
    inner join bounds
        on fct_ended_terms.started_on < bounds.retention_from
            and fct_ended_terms.ended_on >= bounds.retention_from
            and fct_ended_terms.ended_on < bounds.retention_to
    group by fct_ended_terms.customer_id
)

select
    renewals.customer_id,
    renewals.renewal_mrr,
    renewals.renewal_mrr - opening.mrr + least(opening.mrr, coalesce(closing.mrr, 0)) as renewed_mrr,
    opening.mrr as opening_mrr,
    coalesce(closing.mrr, 0) as closing_mrr
from renewals
cross join bounds
inner join fct_mrr_spells as opening
    on renewals.customer_id = opening.customer_id
        and opening.valid_from < bounds.retention_from
        and coalesce(opening.valid_to, date '9999-12-31') >= bounds.retention_from
left join fct_mrr_spells as closing
    on renewals.customer_id = closing.customer_id
        and closing.valid_from < bounds.retention_to
        and coalesce(closing.valid_to, date '9999-12-31') >= bounds.retention_to
