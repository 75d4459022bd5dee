/* One row per line of finance_totals: what the ledger has, what we have, and what lies between.
The MRR of a day counts over the days of its month, so a term that runs for a whole month counts its MRR once. */
with paid as (
    select min(valid_from) as first_paid_on from fct_mrr_spells
),

quarters as (
    select
        finance_totals.period_start,
        finance_totals.revenue,
        periods.period_end,
        paid.first_paid_on,
        case
            when periods.period_start is null then 'no fiscal quarter of the data begins on this day'
            when not periods.is_closed then 'the quarter is not over'
            when paid.first_paid_on is null then 'the export has no paid term'
            when paid.first_paid_on > periods.period_start then 'the first paid term begins later'
        end as problem
    from finance_totals
    cross join paid
    left join periods on finance_totals.period_start = periods.period_start and periods.grain = 'quarter'
),

edges as (
    select valid_from as edge_on, mrr as mrr_change from fct_mrr_spells
    union all
    select valid_to as edge_on, -mrr as mrr_change from fct_mrr_spells
    where valid_to is not null
),

edge_days as (
    select edge_on, sum(mrr_change) as mrr_change from edges
    group by edge_on
),

levels as (
    select
        edge_on as starts_on,
        coalesce(lead(edge_on) over (order by edge_on), date '9999-12-31') as ends_on,
        sum(mrr_change) over (order by edge_on) as mrr
    from edge_days
),

months as (
    select
        period_start,
        cast(unnest(generate_series(period_start, period_end - 1, interval 1 month)) as date) as starts_on
    from quarters
    where problem is null
),

month_days as (
    select period_start, starts_on, last_day(starts_on) + 1 as ends_on, extract('day' from last_day(starts_on)) as days
    from months
),

accrued as (
    select
        month_days.period_start,
        sum(
            levels.mrr * date_diff(
                'day',
                greatest(levels.starts_on, month_days.starts_on),
                least(levels.ends_on, month_days.ends_on)
            ) / month_days.days
        ) as amount
    from month_days
    inner join levels on levels.starts_on < month_days.ends_on and levels.ends_on > month_days.starts_on
    group by month_days.period_start
),

sold as (
    select quarters.period_start, sum(orders.amount) as amount
    from quarters
    inner join orders on quarters.period_start <= orders.ordered_on and quarters.period_end > orders.ordered_on
    group by quarters.period_start
),

credited as (
    select quarters.period_start, sum(abs(billing_events.amount)) as amount
    from quarters
    inner join billing_events
        on quarters.period_start <= billing_events.occurred_on and quarters.period_end > billing_events.occurred_on
    where billing_events.kind = 'credit'
    group by quarters.period_start
),

parts as (
    select
        quarters.period_start,
        quarters.revenue,
        cast(coalesce(accrued.amount, 0) as decimal(18, 6)) as accrued,
        cast(coalesce(sold.amount, 0) as decimal(18, 6)) as orders,
        cast(coalesce(credited.amount, 0) as decimal(18, 6)) as credits,
        quarters.problem
    from quarters
    left join accrued on quarters.period_start = accrued.period_start
    left join sold on quarters.period_start = sold.period_start
    left join credited on quarters.period_start = credited.period_start
)

select
    period_start,
    revenue,
    case when problem is null then accrued + orders - credits - revenue end as not_explained,
    case when problem is null then orders end as orders,
    case when problem is null then credits end as credits,
    case when problem is null then accrued end as accrued,
    problem
from parts
order by period_start
