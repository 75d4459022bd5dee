/*
label      = "Reactivation MRR"
definition = "Monthly recurring revenue of customers who had left and paid again in the period."
unit       = "currency"
good       = "up"
family     = "revenue"
owner      = "Finance"
source     = "ChartMogul, reactivation MRR"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "sum of changes from 0, not the first"
caveat     = "Sums events: it can exceed the MRR of the reactivated customers at the end of the period."

[example]
customer_periods = '''
period_start | reactivation_mrr
2026-01-05   | 1500
2026-01-12   | 0
'''
expect = { 2026-01-05 = 1500, 2026-01-12 = 0 }
*/
select
    period_start,
    breakdown,
    reactivation_mrr as value
from customer_periods
