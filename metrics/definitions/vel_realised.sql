/*
label      = "Won value per day"
definition = "Amount of the new-business opportunities won in the 91 days to the end of the period, per calendar day."
unit       = "currency_per_day"
good       = "up"
family     = "velocity"
owner      = "Sales operations"
source     = "Control total of sales velocity"
version    = 1
interval   = "none"
tables     = ["opportunities"]
settings   = ["reporting_currency", "fiscal_year_first_month"]
formula    = "won amount / 91 days"
caveat     = "What was won, not what the pipeline should yield; it equals neither bookings of the period nor revenue."

[example]
opportunity_periods = '''
period_start | won_amount | window_days
2026-01-05   | 91000      | 91
2026-01-12   | 0          | 91
'''
expect = { 2026-01-05 = 1000, 2026-01-12 = 0 }
*/
select
    period_start,
    breakdown,
    won_amount as numerator,
    window_days as denominator
from opportunity_periods
