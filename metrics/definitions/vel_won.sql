/*
label      = "Won value"
definition = "Amount of the new-business opportunities won in the period."
unit       = "currency"
good       = "up"
family     = "revenue"
owner      = "Sales operations"
source     = "Control total of sales velocity: the weekly flow behind its trailing window"
version    = 1
interval   = "none"
tables     = ["opportunities"]
settings   = ["reporting_currency", "fiscal_year_first_month"]
formula    = "sum of amounts of opportunities won in the period"
caveat     = "Neither bookings of all kinds nor revenue: renewals and expansions are left out, and so are won deals without an amount."

[example]
opportunity_periods = '''
period_start | period_won_amount
2026-01-05   | 45000
2026-01-12   | 0
'''
expect = { 2026-01-05 = 45000, 2026-01-12 = 0 }
*/
select
    period_start,
    breakdown,
    period_won_amount as value
from opportunity_periods
