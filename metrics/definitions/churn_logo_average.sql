/*
label      = "Churn rate, endings over the average base"
definition = "Every ending in the period as a share of the mean of the customers at its start and at its end."
unit       = "percent"
good       = "down"
family     = "churn"
owner      = "Customer success"
source     = "Common in telecommunications; no single source"
version    = 1
interval   = "poisson"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "endings / ((customers at the start + customers at the end) / 2)"
caveat     = "The base moves with acquisition, so do not set it against a rate over the opening customers."

[example]
customer_periods = '''
period_start | opening_customers | closing_customers | lost_customers | churn_events | new_events
2026-01-05   | 200               | 220               | 8              | 10           | 30
2026-01-12   | 0                 | 0                 | 0              | 0            | 0
'''
expect = { 2026-01-05 = 0.0476190476190476, 2026-01-12 = "none" }
*/
select
    period_start,
    breakdown,
    churn_events as numerator,
    (opening_customers + closing_customers) / 2 as denominator
from customer_periods
