/*
label      = "Churned MRR"
definition = "Monthly recurring revenue of customers who fell to zero in the period, as a positive amount."
unit       = "currency"
good       = "down"
family     = "revenue"
owner      = "Finance"
source     = "ChartMogul, churned MRR"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "sum of changes to 0"
caveat     = "Sums events: a customer who leaves and returns inside the period is in churned and in reactivation MRR, though not lost."

[example]
customer_periods = '''
period_start | churned_mrr
2026-01-05   | 4000
2026-01-12   | 0
'''
expect = { 2026-01-05 = 4000, 2026-01-12 = 0 }
*/
select
    period_start,
    breakdown,
    churned_mrr as value
from customer_periods
