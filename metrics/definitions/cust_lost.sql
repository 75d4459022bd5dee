/*
label      = "Lost customers"
definition = "Customers at the start of the period who are none at its end."
unit       = "count"
good       = "down"
family     = "customers"
owner      = "Customer success"
source     = "ChartMogul, customer churn (B2B)"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "active at the start, not at the end"
caveat     = "Dated when the paid term ends, not when it was cancelled; a cancellation already handed in is not yet a loss."

[example]
customer_periods = '''
period_start | lost_customers
2026-01-05   | 8
2026-01-12   | 0
'''
expect = { 2026-01-05 = 8, 2026-01-12 = 0 }
*/
select
    period_start,
    breakdown,
    lost_customers as value
from customer_periods
