/*
label      = "Customer churn rate, annualised"
definition = "The share of customers that a year would lose if the rate of this period and its mix of customers persisted."
unit       = "percent"
good       = "down"
family     = "churn"
owner      = "Customer success"
source     = "Compounding at a constant rate; a year has 365.2425 / 7 weeks"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "1 - (1 - churn rate) ^ periods in a year: 365.2425 / 7 weeks, 12 months, 4 quarters"
caveat     = "Read it as: if the rate and mix of this period persisted. Churn falls with tenure, so it overstates the yearly loss of a base with many new customers."

[example]
customer_periods = '''
grain | period_start | opening_customers | lost_customers
week  | 2026-01-05   | 200               | 1
week  | 2026-01-12   | 0                 | 0
'''
expect = { 2026-01-05 = 0.23013638330534025, 2026-01-12 = "none" }
*/
select
    period_start,
    breakdown,
    -- 0 / 0 is NaN, which is not null.
    1 - pow(
        1 - lost_customers / nullif(opening_customers, 0),
        case grain when 'week' then 365.2425 / 7 when 'month' then 12 when 'quarter' then 4 else 1 end
    ) as value
from customer_periods
