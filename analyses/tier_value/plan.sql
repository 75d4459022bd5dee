/* One row: what advocacy cost in the twelve whole months that end by until (a Monday, variable of the cursor), the
first of these months and the last, how many of them have a cost, and how many customers rose on evidence to loyal or
advocate in the 52 weeks before until. Costs are those of the whole company, so the rises are too. */
with months as (
    select
        cast(date_trunc('month', cast(getvariable('until') as date)) as date) - to_months(12) as first_month,
        cast(date_trunc('month', cast(getvariable('until') as date)) as date) - to_months(1) as last_month
),

spent as (
    select
        cast(months.first_month as date) as first_month,
        cast(months.last_month as date) as last_month,
        count(distinct date_trunc('month', costs.month)) as cost_months,
        sum(costs.amount) as amount
    from months
    left join costs
        on costs.purpose = 'advocacy'
            and date_trunc('month', costs.month) >= months.first_month
            and date_trunc('month', costs.month) <= months.last_month
    group by months.first_month, months.last_month
),

risen as (
    select count(distinct fct_tier_moves.customer_id) as customers
    from fct_tier_moves
    where
        fct_tier_moves.grain = 'week'
        and fct_tier_moves.direction = 1
        and not fct_tier_moves.is_expired
        and fct_tier_moves.to_state in ('loyal', 'advocate')
        and fct_tier_moves.period_start < cast(getvariable('until') as date)
        and fct_tier_moves.period_start >= cast(getvariable('until') as date) - 364
)

select
    spent.first_month,
    spent.last_month,
    spent.cost_months,
    spent.amount,
    risen.customers
from spent
cross join risen
