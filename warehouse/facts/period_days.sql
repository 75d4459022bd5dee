/* One row per grain and day: the period that holds the day. A hash join on the day places any event. */
with period_days as (
    select
        periods.grain,
        periods.period_start,
        periods.period_end,
        periods.period_index,
        cast(unnest(generate_series(
            periods.period_start, periods.period_end - 1, interval 1 day
        )) as date) as day
    from periods
)

select * from period_days
