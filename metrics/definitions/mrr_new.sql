/*
label      = "New MRR"
definition = "Monthly recurring revenue of customers who paid for the first time ever in the period."
unit       = "currency"
good       = "up"
family     = "revenue"
owner      = "Finance"
source     = "ChartMogul, new business MRR"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "sum of changes from 0, first ever"
caveat     = "Sums events day by day: a customer who joins and leaves inside the period is in new and in churned MRR."

[example]
customer_periods = '''
period_start | new_mrr
2026-01-05   | 12000
2026-01-12   | 0
'''
expect = { 2026-01-05 = 12000, 2026-01-12 = 0 }
*/
select
    period_start,
    breakdown,
    new_mrr as value
from customer_periods
