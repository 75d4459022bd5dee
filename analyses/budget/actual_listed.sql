/* The rows of the temporary table followed_members (actual_spans.sql) of one period, variable of the cursor, with the
customer's name: those who were treated first, and in each arm those who lost most first. */
with listed as (
    select
        followed_members.customer_id,
        fct_customers.customer_name,
        followed_members.arm,
        followed_members.boundary as assigned_on,
        followed_members.level,
        followed_members.earned,
        followed_members.earned - followed_members.level as change,
        followed_members.is_kept
    from followed_members
    inner join fct_customers on followed_members.customer_id = fct_customers.customer_id
    where followed_members.period_start = cast(getvariable('period') as date)
)

select *
from listed
order by arm desc, change asc, customer_id asc
