/* One row per paid term: neither a trial nor without price, and not of staff or a partner.
ended_on is the first day not paid for; null = running. */
with fct_terms as (
    select
        subscriptions.subscription_id,
        subscriptions.customer_id,
        fct_customers.slice_id,
        subscriptions.started_on,
        subscriptions.ended_on,
        subscriptions.mrr,
        subscriptions.product,
        subscriptions.renews_on,
        subscriptions.cancelled_on,
        subscriptions.end_reason,
        subscriptions.change_reason
    from subscriptions
    inner join fct_customers on subscriptions.customer_id = fct_customers.customer_id
    where not coalesce(subscriptions.is_trial, false) and subscriptions.mrr > 0
)

select * from fct_terms
