/*
label      = "Customer churn rate, annualised"
definition = "The share of customers that a year would lose if the rate of this period and its mix of customers persisted."
unit       = "percent"
good       = "down"
family     = "churn"
owner      = "Customer success"
source     = "Compounding at a constant rate; a year has 365.2425 / 7 weeks"
version    = 1
interval   = "returned"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "1 - (1 - churn rate) ^ periods in a year: 365.2425 / 7 weeks, 12 months, 4 quarters"
caveat     = "Its counts are those of the period, so it is not their quotient. Read it as: if the rate and mix of this period persisted. Churn falls with tenure, so it overstates the yearly loss of a base with many new customers."

[example]
customer_periods = '''
grain | period_start | opening_customers | lost_customers
week  | 2026-01-05   | 200               | 1
week  | 2026-01-12   | 0                 | 0
'''
expect = { 2026-01-05 = 0.23013638330534025, 2026-01-12 = "none" }
*/
with rates as (
    select
        period_start,
        breakdown,
        lost_customers,
        opening_customers,
        cast(opening_customers as double) as base,
        -- 0 / 0 is NaN, which is not null.
        lost_customers / nullif(opening_customers, 0) as rate,
        case grain when 'week' then 365.2425 / 7 when 'month' then 12 when 'quarter' then 4 else 1 end as periods
    from customer_periods
),

-- Wilson's interval of the rate, compounded as the rate is.
scores as (
    select
        *,
        (rate + 1.920729410347062 / base) / (1 + 3.841458820694124 / base) as centre,
        1.959963984540054 * sqrt(rate * (1 - rate) / base + 0.960364705173531 / (base * base))
        / (1 + 3.841458820694124 / base) as half
    from rates
)

select
    period_start,
    breakdown,
    1 - pow(1 - rate, periods) as value,
    lost_customers as numerator,
    opening_customers as denominator,
    case rate when 0 then 0 else 1 - pow(1 - (centre - half), periods) end as low,
    case rate when 1 then 1 else 1 - pow(1 - (centre + half), periods) end as high
from scores
