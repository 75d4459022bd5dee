/*
label      = "Monthly recurring revenue"
definition = "What active customers pay a month, at the end of the period, at one exchange rate for all history."
unit       = "currency"
good       = "up"
family     = "revenue"
owner      = "Finance"
source     = "ChartMogul, MRR"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "sum of MRR of active customers at the end"
caveat     = "Neither revenue nor bookings; currency movements are taken out, so it does not tie to an invoice ledger in other currencies."

[example]
customer_periods = '''
period_start | closing_mrr
2026-01-05   | 113000
2026-01-12   | 0
'''
expect = { 2026-01-05 = 113000, 2026-01-12 = 0 }
*/
select
    period_start,
    breakdown,
    closing_mrr as value
from customer_periods
