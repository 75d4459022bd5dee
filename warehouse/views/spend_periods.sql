/* One row per period of the grain in force, breakdown and purpose: what was spent in the months of the period, and which
of them have no cost of that purpose. Null, with its reason, where one has none, by week, and for a part of the company. */
with purposes as (
    select unnest(['acquisition', 'retention', 'advocacy', 'service']) as purpose
),

monthly_costs as (
    select
        costs.purpose,
        cast(date_trunc('month', costs.month) as date) as month,
        sum(costs.amount) as amount
    from costs
    group by costs.purpose, cast(date_trunc('month', costs.month) as date)
),

first_months as (
    select
        purpose,
        min(month) as month
    from monthly_costs
    group by purpose
),

period_months as (
    select
        scoped_periods.period_start,
        purposes.purpose,
        cast(unnest(generate_series(
            scoped_periods.period_start, scoped_periods.period_end - 1, interval 1 month
        )) as date) as month
    from scoped_periods
    cross join purposes
),

spent as (
    select
        period_months.period_start,
        period_months.purpose,
        sum(monthly_costs.amount) as amount,
        coalesce(
            list(period_months.month order by period_months.month) filter (where monthly_costs.amount is null), []
        ) as missing_months
    from period_months
    left join monthly_costs
        on period_months.purpose = monthly_costs.purpose and period_months.month = monthly_costs.month
    group by period_months.period_start, period_months.purpose
),

reasoned as (
    select
        scoped_periods.period_start,
        scoped_companies.breakdown,
        spent.purpose,
        spent.amount,
        spent.missing_months,
        -- months before the first cost of the purpose are short history, a hole among them is not
        case
            when scoped_periods.grain = 'week' or not scoped_companies.is_whole then 'outside_scope'
            when len(spent.missing_months) = 0 then null
            when spent.missing_months[1] < first_months.month then 'short_history'
            else 'missing_table'
        end as reason
    from scoped_periods
    inner join spent on scoped_periods.period_start = spent.period_start
    left join first_months on spent.purpose = first_months.purpose
    cross join scoped_companies
)

select
    period_start,
    breakdown,
    purpose,
    case when reason is null then amount end as spend,
    missing_months,
    reason
from reasoned
