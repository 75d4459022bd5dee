/* One row per month from starts_on on that the data has: what costs of the purpose, and of the channel where one is
given, came to. amount is null where the export has none. Variables of the cursor: starts_on, purpose, channel. */
with paid as (
    select
        cast(date_trunc('month', costs.month) as date) as month,
        sum(costs.amount) as amount
    from costs
    where
        costs.purpose = getvariable('purpose')
        and (getvariable('channel') is null or costs.channel = getvariable('channel'))
    group by date_trunc('month', costs.month)
)

select
    periods.period_start,
    periods.is_closed,
    paid.amount
from periods
left join paid on periods.period_start = paid.month
where
    periods.grain = 'month'
    and periods.period_start >= cast(getvariable('starts_on') as date)
order by periods.period_start
