/* The acts of advocacy of a customer, and of its opposite, newest first; rating is in stars out of five. */
with listed as (
    select
        occurred_on as day,
        replace(kind, '_', ' ') as kind,
        if(is_solicited, 'asked', 'unasked') as asked,
        rating,
        reward_code as reward,
        opportunity_id as for_opportunity,
        event_id as id
    from advocacy_events
    where customer_id = $customer_id
    order by occurred_on desc, event_id asc
)

select * from listed
