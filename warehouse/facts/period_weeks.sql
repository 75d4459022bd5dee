/* One row per grain and week: the first period whose last Sunday is that week's Sunday or a later one.
Weeks are those of the calendar and one more, in which a running spell is taken to end. */
with weeks as (
    select periods.period_start as week_start
    from periods
    where periods.grain = 'week'
    union
    select periods.period_end as week_start
    from periods
    where periods.grain = 'week'
),

period_weeks as (
    select
        periods.grain,
        weeks.week_start,
        min(periods.period_index) as period_index
    from weeks
    inner join periods on weeks.week_start <= periods.closing_week
    group by periods.grain, weeks.week_start
)

select * from period_weeks
