/*
label      = "Win rate"
definition = "Of the new-business opportunities closed in the 91 days to the end of the period, the share that was won."
unit       = "percent"
good       = "up"
family     = "velocity"
owner      = "Sales operations"
source     = "Close rate by count, won / (won + lost)"
version    = 1
interval   = "wilson"
tables     = ["opportunities"]
settings   = []
formula    = "won / (won + lost), closed in 91 days"
caveat     = "Optimistic where lost deals are left open: it says nothing of the share of all created opportunities that will be won."

[example]
opportunity_periods = '''
period_start | won | lost | won_amount | lost_amount
2026-01-05   | 3   | 2    | 90000      | 70000
2026-01-12   | 0   | 2    | 0          | 70000
2026-01-19   | 0   | 0    | 0          | 0
'''
expect = { 2026-01-05 = 0.6, 2026-01-12 = 0, 2026-01-19 = "none" }
*/
select
    period_start,
    breakdown,
    won as numerator,
    won + lost as denominator
from opportunity_periods
