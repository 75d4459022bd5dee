/* The terms of a customer, trials included, newest first. */
with running as (
    select
        subscriptions.started_on,
        subscriptions.ended_on as first_day_not_paid,
        subscriptions.mrr,
        subscriptions.product,
        case
            when subscriptions.started_on > build_info.as_of then 'starts later'
            when subscriptions.ended_on <= build_info.as_of then 'ended'
            when subscriptions.cancelled_on <= build_info.as_of then 'cancelled, still running'
            else 'running'
        end as state,
        coalesce(subscriptions.is_trial, false) as is_trial,
        subscriptions.renews_on,
        subscriptions.cancelled_on,
        subscriptions.end_reason,
        subscriptions.change_reason,
        subscriptions.subscription_id as id
    from subscriptions
    cross join build_info
    where subscriptions.customer_id = $customer_id
    order by subscriptions.started_on desc, subscriptions.subscription_id asc
)

select * from running
