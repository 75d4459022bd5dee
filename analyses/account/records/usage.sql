/* The weekly usage of a customer, newest first, with the weeks that count as a drop. */
with weekly as (
    select
        week_start,
        sum(usage) as usage,
        sum(active_users) as active_users
    from usage
    where customer_id = $customer_id
    group by week_start
),

listed as (
    select
        weekly.week_start as week,
        weekly.usage,
        weekly.active_users,
        fct_usage_drops.customer_id is not null as is_drop
    from weekly
    left join fct_usage_drops
        on fct_usage_drops.customer_id = $customer_id and weekly.week_start = fct_usage_drops.week_start
    order by weekly.week_start desc
)

select * from listed
