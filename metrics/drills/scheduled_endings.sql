/*
label      = "Scheduled endings"
definition = "Customers whose MRR falls on or after the end of the period, because a term ends that a customer had cancelled before it: lost is 1 where nothing remains, else it is a contraction. As the terms stand now: a later renewal or a new term takes the customer off the list. A term that ends without a cancellation is a renewal that is due, and not counted."
entity     = "customer"
measures   = { falling_mrr = "currency", lost = "count" }
chosen     = ["ending_week"]
tables     = ["subscriptions"]
explains   = []
*/
with cancelled as (
    select
        fct_terms.customer_id,
        fct_terms.ended_on,
        min(fct_terms.cancelled_on) as cancelled_on,
        arg_max(fct_terms.end_reason, (fct_terms.mrr, fct_terms.subscription_id)) filter (
            where fct_terms.end_reason is not null
        ) as reason
    from fct_terms
    where
        fct_terms.ended_on >= cast(getvariable('period_end') as date)
        and fct_terms.cancelled_on < cast(getvariable('period_end') as date)
    group by fct_terms.customer_id, fct_terms.ended_on
)

select
    fct_mrr_movements.customer_id,
    fct_mrr_movements.amount as falling_mrr,
    case when fct_mrr_movements.kind = 'churned' then 1 else 0 end as lost,
    cancelled.cancelled_on,
    fct_mrr_movements.moved_on as ends_on,
    cast(date_trunc('week', fct_mrr_movements.moved_on) as date) as ending_week,
    coalesce(cancelled.reason, 'not stated') as reason
from cancelled
inner join fct_mrr_movements
    on cancelled.customer_id = fct_mrr_movements.customer_id and cancelled.ended_on = fct_mrr_movements.moved_on
inner join scoped_slices on fct_mrr_movements.slice_id = scoped_slices.slice_id
where
    fct_mrr_movements.kind in ('churned', 'contraction')
    and date_trunc('week', fct_mrr_movements.moved_on) = coalesce(
        cast(getvariable('ending_week') as date), date_trunc('week', fct_mrr_movements.moved_on)
    )
