/*
label      = "Customer churn rate"
definition = "Customers lost during the period, as a share of the customers at its start."
unit       = "percent"
good       = "down"
family     = "churn"
owner      = "Customer success"
source     = "ChartMogul, customer churn rate (B2B): joined-and-churned customers are left out"
version    = 1
interval   = "wilson"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "lost customers / customers at the start"
caveat     = "Counts heads, not money, and by endpoints: a customer who lapses and returns inside the period is not lost. Not comparable with rates that divide all endings by the start (see the variants)."

[example]
customer_periods = '''
period_start | opening_customers | lost_customers
2026-01-05   | 200               | 8
2026-01-12   | 100               | 10
2026-01-19   | 40                | 0
2026-01-26   | 0                 | 0
'''
expect = { 2026-01-05 = 0.04, 2026-01-12 = 0.1, 2026-01-19 = 0, 2026-01-26 = "none" }
*/
select
    period_start,
    breakdown,
    lost_customers as numerator,
    opening_customers as denominator
from customer_periods
