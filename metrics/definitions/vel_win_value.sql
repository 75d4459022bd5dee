/*
label      = "Win rate by value"
definition = "Of the amount of the new-business opportunities closed in the 91 days to the end of the period, the share that was won."
unit       = "percent"
good       = "up"
family     = "velocity"
owner      = "Sales operations"
source     = "Close rate by value"
version    = 1
interval   = "none"
tables     = ["opportunities"]
settings   = ["reporting_currency", "fiscal_year_first_month"]
formula    = "won amount / (won + lost amount), closed in 91 days"
caveat     = "Ruled by the largest deals, and never to be multiplied by the average won deal: that counts deal size twice."

[example]
opportunity_periods = '''
period_start | won | lost | won_amount | lost_amount
2026-01-05   | 3   | 2    | 90000      | 70000
2026-01-12   | 0   | 2    | 0          | 70000
2026-01-19   | 0   | 0    | 0          | 0
'''
expect = { 2026-01-05 = 0.5625, 2026-01-12 = 0, 2026-01-19 = "none" }
*/
select
    period_start,
    breakdown,
    won_amount as numerator,
    won_amount + lost_amount as denominator
from opportunity_periods
