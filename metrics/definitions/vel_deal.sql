/*
label      = "Average won deal"
definition = "Mean amount of the new-business opportunities won in the 91 days to the end of the period."
unit       = "currency"
good       = "up"
family     = "velocity"
owner      = "Sales operations"
source     = "Sales velocity, V = N x D x W / L: open opportunities, average won deal, win rate by count, cycle of won deals"
version    = 1
interval   = "none"
tables     = ["opportunities"]
settings   = ["reporting_currency", "fiscal_year_first_month"]
formula    = "won amount / won deals with an amount above 0"
caveat     = "Deals won without an amount are left out here but count in the win rate; a few large deals move it."

[example]
opportunity_periods = '''
period_start | won | won_amount | won_with_amount
2026-01-05   | 3   | 90000      | 3
2026-01-12   | 0   | 0          | 0
'''
expect = { 2026-01-05 = 30000, 2026-01-12 = "none" }
*/
select
    period_start,
    breakdown,
    won_amount as numerator,
    won_with_amount as denominator,
    case when won = 0 then 'no_wins' end as reason
from opportunity_periods
