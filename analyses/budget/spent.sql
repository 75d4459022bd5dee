/* One row per purpose of the costs: what it cost in the twelve whole months that end by $until (a Monday), the first
of these months and the last, and how many of them have a cost. */
with months as (
    select
        cast(date_trunc('month', $until) - to_months(12) as date) as first_month,
        cast(date_trunc('month', $until) - to_months(1) as date) as last_month
),

spent as (
    select
        costs.purpose,
        months.first_month,
        months.last_month,
        count(distinct date_trunc('month', costs.month)) as cost_months,
        cast(sum(costs.amount) as double) as amount
    from costs
    inner join months
        on date_trunc('month', costs.month) >= months.first_month
            and date_trunc('month', costs.month) <= months.last_month
    where costs.purpose is not null
    group by costs.purpose, months.first_month, months.last_month
)

select * from spent
order by purpose
