/* What acquisition cost in each month of a period that starts on $start and ends before $end, the months taken
earlier by the lag: one row a month, amount null where the export has none. The lag is the median cycle of the
new-business deals won in the 364 days before $end, in whole months; 0 where none was won. */
with lag_of_period as (
    select
        median(cycle_days) as cycle_days,
        coalesce(cast(round(median(cycle_days) / 30.436875) as integer), 0) as lag_months
    from fct_opportunities
    where is_new_business and is_won and closed_on >= $end - 364 and closed_on < $end
),

period_months as (
    select
        lag_of_period.cycle_days,
        lag_of_period.lag_months,
        unnest(generate_series($start, $end - 1, interval 1 month)) as period_month
    from lag_of_period
),

spent_months as (
    select
        cycle_days,
        lag_months,
        cast(date_trunc('month', period_month - to_months(lag_months)) as date) as month
    from period_months
),

spent as (
    select
        spent_months.month,
        spent_months.lag_months,
        spent_months.cycle_days,
        sum(costs.amount) as amount
    from spent_months
    left join costs
        on costs.purpose = 'acquisition' and cast(date_trunc('month', costs.month) as date) = spent_months.month
    group by all
)

select * from spent
order by month
