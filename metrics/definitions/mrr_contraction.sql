/*
label      = "Contraction MRR"
definition = "Falls in the monthly recurring revenue of customers who stay, in the period, as a positive amount."
unit       = "currency"
good       = "down"
family     = "revenue"
owner      = "Finance"
source     = "ChartMogul, contraction MRR"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "sum of falls between two amounts above 0"
caveat     = "One of several terms ending is contraction, not churn: do not look for it among lost customers."

[example]
customer_periods = '''
period_start | contraction_mrr
2026-01-05   | 2500
2026-01-12   | 0
'''
expect = { 2026-01-05 = 2500, 2026-01-12 = 0 }
*/
select
    period_start,
    breakdown,
    contraction_mrr as value
from customer_periods
