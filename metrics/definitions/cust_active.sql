/*
label      = "Active customers"
definition = "Customers with at least one paid, non-trial term in force at the end of the period."
unit       = "count"
good       = "up"
family     = "customers"
owner      = "Customer success"
source     = "Stripe and ChartMogul, active customer"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "customers with MRR above 0 at the end"
caveat     = "A customer without recurring revenue (one-off orders, a trial) is not in it."

[example]
customer_periods = '''
period_start | closing_customers
2026-01-05   | 220
2026-01-12   | 0
'''
expect = { 2026-01-05 = 220, 2026-01-12 = 0 }
*/
select
    period_start,
    breakdown,
    closing_customers as value
from customer_periods
