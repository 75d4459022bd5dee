/* One row per period of the grain in force that is made of whole months, and breakdown that holds the whole company: a part
of it has no costs of its own. What acquisition cost in the months of the period, taken earlier by the lag; null, with the
months that have none, where one has none. The lag is the median cycle of the new-business deals won in the 364 days before
the period's end, in whole months; 0 where none was won. */
with lagged_periods as (
    select
        scoped_periods.period_start,
        scoped_periods.period_end,
        median(fct_opportunities.cycle_days) as cycle_days,
        coalesce(cast(round(median(fct_opportunities.cycle_days) / 30.436875) as integer), 0) as lag_months
    from scoped_periods
    left join fct_opportunities
        on fct_opportunities.is_new_business
            and fct_opportunities.is_won
            and fct_opportunities.closed_on >= scoped_periods.period_end - 364
            and fct_opportunities.closed_on < scoped_periods.period_end
    where scoped_periods.grain <> 'week'
    group by scoped_periods.period_start, scoped_periods.period_end
),

period_months as (
    select
        lagged_periods.*,
        cast(
            unnest(generate_series(
                lagged_periods.period_start, lagged_periods.period_end - 1, interval 1 month
            )) - to_months(lagged_periods.lag_months) as date
        ) as month
    from lagged_periods
),

monthly_costs as (
    select
        cast(date_trunc('month', costs.month) as date) as month,
        sum(costs.amount) as amount
    from costs
    where costs.purpose = 'acquisition'
    group by cast(date_trunc('month', costs.month) as date)
),

spent as (
    select
        period_months.period_start,
        period_months.cycle_days,
        period_months.lag_months,
        min(period_months.month) as first_month,
        max(period_months.month) as last_month,
        sum(monthly_costs.amount) as amount,
        coalesce(
            list(period_months.month order by period_months.month) filter (where monthly_costs.amount is null), []
        ) as missing_months
    from period_months
    left join monthly_costs on period_months.month = monthly_costs.month
    group by period_months.period_start, period_months.cycle_days, period_months.lag_months
)

select
    spent.period_start,
    scoped_companies.breakdown,
    spent.cycle_days,
    spent.lag_months,
    spent.first_month,
    spent.last_month,
    case when len(spent.missing_months) = 0 then spent.amount end as acquisition_cost,
    spent.missing_months,
    -- a first month before all costs is short history, a hole among them is not
    case
        when len(spent.missing_months) = 0 then null
        when spent.first_month < (select min(monthly_costs.month) from monthly_costs) then 'short_history'
        else 'missing_table'
    end as reason
from spent
inner join scoped_companies on scoped_companies.is_whole
