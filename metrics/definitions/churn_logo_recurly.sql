/*
label      = "Churn rate, all endings over the start"
definition = "Every ending in the period, also of customers who joined in it, as a share of the customers at its start."
unit       = "percent"
good       = "down"
family     = "churn"
owner      = "Customer success"
source     = "Recurly, subscriber churn rate"
version    = 1
interval   = "poisson"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "endings / customers at the start"
caveat     = "Rises with acquisition alone, because customers who join and leave in the period are above the line but not below it; it can exceed 100 %."

[example]
customer_periods = '''
period_start | opening_customers | closing_customers | lost_customers | churn_events | new_events
2026-01-05   | 200               | 220               | 8              | 10           | 30
2026-01-12   | 0                 | 0                 | 0              | 0            | 0
'''
expect = { 2026-01-05 = 0.05, 2026-01-12 = "none" }
*/
select
    period_start,
    breakdown,
    churn_events as numerator,
    opening_customers as denominator
from customer_periods
