/* One row per customer and usage drop: the mean of 4 weeks is at most 70 % of the mean of the 13 weeks
before them, dated the Sunday of the fourth week; all 17 weeks present, their earlier mean above 0.
The next drop needs a ratio above 80 % in between (both thresholds in the settings). */
with weeks as (
    select
        usage.customer_id,
        usage.week_start,
        lag(usage.week_start, 16) over (
            partition by usage.customer_id order by usage.week_start
        ) as first_week_start,
        avg(usage.usage) over (
            partition by usage.customer_id order by usage.week_start
            rows between 3 preceding and current row
        ) as recent_mean,
        avg(usage.usage) over (
            partition by usage.customer_id order by usage.week_start
            rows between 16 preceding and 4 preceding
        ) as earlier_mean
    from usage
    cross join build_info
    where usage.week_start + 6 <= build_info.as_of
),

marked as (
    select
        weeks.customer_id,
        weeks.week_start,
        case
            when weeks.recent_mean <= settings.usage_drop_ratio * weeks.earlier_mean then 'low'
            when weeks.recent_mean > settings.usage_rearm_ratio * weeks.earlier_mean then 'high'
        end as mark
    from weeks
    cross join settings
    where weeks.first_week_start = weeks.week_start - 112 and weeks.earlier_mean > 0
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
