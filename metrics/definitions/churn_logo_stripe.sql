/*
label      = "Churn rate, endings over start and new"
definition = "Every ending in the period as a share of the customers at its start and those who joined in it."
unit       = "percent"
good       = "down"
family     = "churn"
owner      = "Customer success"
source     = "Stripe Billing, subscriber churn rate"
version    = 1
interval   = "poisson"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "endings / (customers at the start + new customers)"
caveat     = "Stripe states it for 30 days; here it is of the period. A fast-growing base hides churn in it, because every new customer enlarges the base at once."

[example]
customer_periods = '''
period_start | opening_customers | closing_customers | lost_customers | churn_events | new_events
2026-01-05   | 200               | 220               | 8              | 10           | 30
2026-01-12   | 0                 | 0                 | 0              | 0            | 0
'''
expect = { 2026-01-05 = 0.0434782608695652, 2026-01-12 = "none" }
*/
select
    period_start,
    breakdown,
    churn_events as numerator,
    opening_customers + new_events as denominator
from customer_periods
