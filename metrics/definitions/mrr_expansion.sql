/*
label      = "Expansion MRR"
definition = "Rises in the monthly recurring revenue of customers who stay, in the period."
unit       = "currency"
good       = "up"
family     = "revenue"
owner      = "Finance"
source     = "ChartMogul, expansion MRR"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "sum of rises between two amounts above 0"
caveat     = "Price increases are in it; it does not show that customers use or buy more."

[example]
customer_periods = '''
period_start | expansion_mrr
2026-01-05   | 6000
2026-01-12   | 0
'''
expect = { 2026-01-05 = 6000, 2026-01-12 = 0 }
*/
select
    period_start,
    breakdown,
    expansion_mrr as value
from customer_periods
