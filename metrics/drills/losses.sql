/*
label      = "Losses"
definition = "Customers whose MRR fell to nothing, with the MRR that ended; lost is 1 where they were customers at the start of the period and none at its end. The reason is that of the term that ended last, of several on one day of the largest that states one; the tier that of the last Sunday before. A row for each period of the span."
entity     = "customer"
measures   = { churned_mrr = "currency", lost = "count" }
chosen     = ["reason", "tier"]
tables     = ["subscriptions"]
explains   = [
    { metric = "cust_lost", part = "value", total = "lost" },
    { metric = "churn_logo", part = "numerator", total = "lost" },
    { metric = "churn_tier", part = "numerator", total = "lost", member = "tier" },
    { metric = "mrr_churned", part = "value", total = "churned_mrr" },
]
*/
with endings as (
    select
        periods.period_start,
        periods.opening_week,
        fct_mrr_movements.customer_id,
        sum(fct_mrr_movements.amount) as churned_mrr,
        max(fct_mrr_movements.moved_on) as left_on
    from fct_mrr_movements
    inner join scoped_slices on fct_mrr_movements.slice_id = scoped_slices.slice_id
    inner join periods
        on periods.grain = getvariable('grain')
            and fct_mrr_movements.moved_on >= periods.period_start
            and fct_mrr_movements.moved_on < periods.period_end
    where
        fct_mrr_movements.kind = 'churned'
        and fct_mrr_movements.moved_on >= cast(getvariable('period_start') as date)
        and fct_mrr_movements.moved_on < cast(getvariable('period_end') as date)
    group by periods.period_start, periods.opening_week, fct_mrr_movements.customer_id
),

reasons as (
    select
        endings.period_start,
        endings.customer_id,
        arg_max(fct_terms.end_reason, (fct_terms.mrr, fct_terms.subscription_id)) filter (
            where fct_terms.end_reason is not null
        ) as reason
    from endings
    inner join fct_terms
        on endings.customer_id = fct_terms.customer_id and endings.left_on = fct_terms.ended_on
    group by endings.period_start, endings.customer_id
),

losses as (
    select
        endings.customer_id,
        endings.churned_mrr,
        case when fct_customer_moves.customer_id is null then 0 else 1 end as lost,
        endings.left_on,
        coalesce(reasons.reason, 'not stated') as reason,
        coalesce(fct_tier_spells.tier, 'none') as tier_before
    from endings
    left join reasons
        on endings.period_start = reasons.period_start and endings.customer_id = reasons.customer_id
    left join fct_customer_moves
        on fct_customer_moves.grain = getvariable('grain')
            and fct_customer_moves.kind = 'lost'
            and endings.period_start = fct_customer_moves.period_start
            and endings.customer_id = fct_customer_moves.customer_id
    left join fct_tier_spells
        on endings.customer_id = fct_tier_spells.customer_id
            and endings.opening_week >= fct_tier_spells.valid_from
            and endings.opening_week < coalesce(fct_tier_spells.valid_to, date '9999-12-31')
)

select *
from losses
where
    reason = coalesce(getvariable('reason'), reason)
    and tier_before = coalesce(getvariable('tier'), tier_before)
