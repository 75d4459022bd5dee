/*
label      = "Churn rate, sum of the daily rates"
definition = "For each day of the period the customers who left on it as a share of those at its start, added up over the days."
unit       = "percent"
good       = "down"
family     = "churn"
owner      = "Customer success"
source     = "ChartMogul, customer churn rate (B2C), after Shopify"
version    = 1
interval   = "poisson"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "sum over days of (1 - still active at the day's end / active at the day's start)"
caveat     = "A sum of rates, so it can exceed 100 %. Who joins is in the base from the next day on, hence growth does not distort it. Days without customers add nothing. Its denominator is the base that gives the same rate at once: where nobody left, the customers at a day's start on average."

[example]
scoped_periods = '''
period_start | period_end
2026-01-05   | 2026-01-12
2026-01-12   | 2026-01-19
2026-01-19   | 2026-01-26
'''
customer_periods = '''
period_start | period_end | customer_days | new_events | reactivation_events
2026-01-05   | 2026-01-12 | 1300          | 8          | 2
2026-01-12   | 2026-01-19 | 700           | 0          | 0
2026-01-19   | 2026-01-26 | 3             | 2          | 1
'''
daily_endings = '''
day        | opening_customers | ended_customers
2026-01-05 | 200               | 4
2026-01-07 | 210               | 5
2026-01-11 | 220               | 1
'''
expect = { 2026-01-05 = 0.048354978354978356, 2026-01-12 = 0, 2026-01-19 = "none" }
*/
with ended as (
    select
        scoped_periods.period_start,
        daily_endings.breakdown,
        cast(sum(daily_endings.ended_customers) as bigint) as ended_customers,
        -- An ordered list: doubles added in another order differ in their last digits.
        list_sum(list(
            daily_endings.ended_customers / daily_endings.opening_customers
            order by daily_endings.day
        )) as rate
    from scoped_periods
    inner join daily_endings
        on
            scoped_periods.period_start <= daily_endings.day
            and scoped_periods.period_end > daily_endings.day
    group by all
),

bases as (
    select
        customer_periods.period_start,
        customer_periods.breakdown,
        coalesce(ended.ended_customers, 0) as numerator,
        coalesce(
            ended.ended_customers / ended.rate,
            -- who starts on a day is not there when it begins
            (customer_periods.customer_days - customer_periods.new_events - customer_periods.reactivation_events)
            / date_diff('day', customer_periods.period_start, customer_periods.period_end)
        ) as denominator
    from customer_periods
    left join ended
        on
            customer_periods.period_start = ended.period_start
            and customer_periods.breakdown is not distinct from ended.breakdown
)

select * from bases
