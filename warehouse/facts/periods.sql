/* One row per grain and period, from the first dated row of the data to the period that holds the as-of date. Orders
count only where nothing else is dated: no metric is made of them, and none begins earlier because of them.
Quarters and years are fiscal; weeks begin on Monday; ends are exclusive.
closing_week and opening_week are Mondays: a tier of a period is that of the last Sunday in it. */
with first_dates as (
    select min(subscriptions.started_on) as first_on from subscriptions
    union all
    select min(opportunities.created_on) as first_on from opportunities
    union all
    select min(opportunities.closed_on) as first_on from opportunities
    where opportunities.is_closed
    union all
    select min(survey_responses.responded_on) as first_on from survey_responses
    union all
    select cast(min(cases.opened_at) as date) as first_on from cases
),

first_orders as (
    select min(orders.ordered_on) as first_on from orders
),

bounds as (
    select
        least(
            coalesce(min(first_dates.first_on), min(first_orders.first_on), build_info.as_of), build_info.as_of
        ) as first_on,
        build_info.as_of
    from first_dates
    cross join first_orders
    cross join build_info
    group by build_info.as_of
),

weeks as (
    select
        'week' as grain,
        cast(unnest(generate_series(
            cast(date_trunc('week', bounds.first_on) as date), bounds.as_of, interval 7 day
        )) as date) as period_start
    from bounds
),

months as (
    select
        -- 12 months early: the fiscal year that holds the first row begins before it
        cast(unnest(generate_series(
            cast(date_trunc('month', bounds.first_on) - interval 12 month as date), bounds.as_of, interval 1 month
        )) as date) as period_start
    from bounds
),

spans as (
    select
        weeks.grain,
        weeks.period_start,
        weeks.period_start + 7 as period_end
    from weeks
    union all
    select
        'month' as grain,
        months.period_start,
        cast(months.period_start + interval 1 month as date) as period_end
    from months
    union all
    select
        'quarter' as grain,
        months.period_start,
        cast(months.period_start + interval 3 month as date) as period_end
    from months
    cross join settings
    where (extract(month from months.period_start) - settings.fiscal_year_first_month + 12) % 3 = 0
    union all
    select
        'year' as grain,
        months.period_start,
        cast(months.period_start + interval 12 month as date) as period_end
    from months
    cross join settings
    where extract(month from months.period_start) = settings.fiscal_year_first_month
),

periods as (
    select
        spans.grain,
        spans.period_start,
        spans.period_end,
        date_diff('day', spans.period_end, bounds.as_of) + 1 >= settings.close_lag_days as is_closed,
        cast(date_trunc('week', spans.period_end - 7) as date) as closing_week,
        cast(date_trunc('week', spans.period_start - 7) as date) as opening_week,
        -- retention looks back 364 days from a week's end, else to the same date a year earlier
        case
            when spans.grain = 'week' then spans.period_end - 364
            else cast(spans.period_end - interval 12 month as date)
        end as retention_from,
        row_number() over (partition by spans.grain order by spans.period_start) as period_index
    from spans
    cross join bounds
    cross join settings
    where spans.period_end > bounds.first_on
)

select * from periods
