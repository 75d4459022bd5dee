/*
label      = "Reactivated customers"
definition = "Customers at the end of the period who were none at its start but had paid before."
unit       = "count"
good       = "up"
family     = "customers"
owner      = "Customer success"
source     = "ChartMogul, reactivation"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "active at the end, not at the start, with an earlier paid term"
caveat     = "A returning customer is not a new one, and its return does not undo the churn of the earlier period."

[example]
customer_periods = '''
period_start | reactivated_customers
2026-01-05   | 3
2026-01-12   | 0
'''
expect = { 2026-01-05 = 3, 2026-01-12 = 0 }
*/
select
    period_start,
    breakdown,
    reactivated_customers as value
from customer_periods
