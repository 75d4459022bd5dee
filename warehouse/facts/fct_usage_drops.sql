/* One row per customer and usage drop: the mean of 4 weeks is at most 70 % of the mean of the 13 weeks
before them, dated the Sunday of the fourth week; all 17 weeks present, their earlier mean above 0.
The next drop needs a ratio above 80 % in between (both thresholds in the settings). */
with weekly_usage as (
    -- accounts that were merged may both have used the product in a week
    select
        usage.customer_id,
        usage.week_start,
        sum(usage.usage) as usage
    from usage
    cross join build_info
    where usage.week_start + 6 <= build_info.as_of
    group by usage.customer_id, usage.week_start
),

weeks as (
    select
        weekly_usage.customer_id,
        weekly_usage.week_start,
        lag(weekly_usage.week_start, 16) over (
            partition by weekly_usage.customer_id order by weekly_usage.week_start
        ) as first_week_start,
        sum(weekly_usage.usage) over (
            partition by weekly_usage.customer_id order by weekly_usage.week_start
            rows between 3 preceding and current row
        ) as recent_usage,
        sum(weekly_usage.usage) over (
            partition by weekly_usage.customer_id order by weekly_usage.week_start
            rows between 16 preceding and 4 preceding
        ) as earlier_usage
    from weekly_usage
),

thresholds as (
    -- the means of 4 and of 13 weeks compared as sums, in decimals: at the very threshold a drop is one
    select
        4 * cast(settings.usage_drop_ratio as decimal(9, 6)) as drop_at,
        4 * cast(settings.usage_rearm_ratio as decimal(9, 6)) as rearm_above
    from settings
),

marked as (
    select
        weeks.customer_id,
        weeks.week_start,
        case
            when 13 * weeks.recent_usage <= thresholds.drop_at * weeks.earlier_usage then 'low'
            when 13 * weeks.recent_usage > thresholds.rearm_above * weeks.earlier_usage then 'high'
        end as mark
    from weeks
    cross join thresholds
    where weeks.first_week_start = weeks.week_start - 112 and weeks.earlier_usage > 0
),

turns as (
    select
        marked.customer_id,
        marked.week_start,
        marked.mark,
        lag(marked.mark) over (partition by marked.customer_id order by marked.week_start) as mark_before
    from marked
    where marked.mark is not null
),

fct_usage_drops as (
    select
        turns.customer_id,
        turns.week_start,
        turns.week_start + 6 as dropped_on
    from turns
    inner join fct_customers on turns.customer_id = fct_customers.customer_id
    where turns.mark = 'low' and coalesce(turns.mark_before, 'high') = 'high'
)

select * from fct_usage_drops
