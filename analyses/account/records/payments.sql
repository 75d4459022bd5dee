/* The late payments and credits of a customer, newest first. */
with listed as (
    select
        occurred_on as day,
        replace(kind, '_', ' ') as kind,
        amount,
        event_id as id
    from billing_events
    where customer_id = $customer_id
    order by occurred_on desc, event_id asc
)

select * from listed
