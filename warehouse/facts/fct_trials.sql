/* One row per trial with an end, which may lie ahead; not of staff or a partner. converted: a paid term of the customer
began in it or on the day of its end, so it had when the trial ended and no later term changes it. */
with converted as (
    select distinct
        subscriptions.subscription_id
    from subscriptions
    inner join fct_terms
        on subscriptions.customer_id = fct_terms.customer_id
            and subscriptions.started_on <= fct_terms.started_on
            and subscriptions.ended_on >= fct_terms.started_on
    where subscriptions.is_trial
),

fct_trials as (
    select
        subscriptions.subscription_id,
        subscriptions.customer_id,
        fct_customers.slice_id,
        subscriptions.started_on,
        subscriptions.ended_on,
        converted.subscription_id is not null as is_converted
    from subscriptions
    inner join fct_customers on subscriptions.customer_id = fct_customers.customer_id
    left join converted on subscriptions.subscription_id = converted.subscription_id
    where subscriptions.is_trial and subscriptions.ended_on is not null
)

select * from fct_trials
