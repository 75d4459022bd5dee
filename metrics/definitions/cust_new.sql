/*
label      = "New customers"
definition = "Customers at the end of the period who were none at its start and whose first paid term began in it."
unit       = "count"
good       = "up"
family     = "customers"
owner      = "Customer success"
source     = "ChartMogul, new business"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "first paid term begun in the period, active at its end"
caveat     = "By endpoints: who joins and leaves inside the period is in neither new nor lost customers."

[example]
customer_periods = '''
period_start | new_customers
2026-01-05   | 28
2026-01-12   | 0
'''
expect = { 2026-01-05 = 28, 2026-01-12 = 0 }
*/
select
    period_start,
    breakdown,
    new_customers as value
from customer_periods
