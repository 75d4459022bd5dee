/*
label      = "Sales cycle of won deals"
definition = "Mean days from the creation of a new-business opportunity to its close, over those won in the 91 days to the end of the period."
unit       = "days"
good       = "down"
family     = "velocity"
owner      = "Sales operations"
source     = "Sales velocity, V = N x D x W / L: open opportunities, average won deal, win rate by count, cycle of won deals"
version    = 1
interval   = "none"
tables     = ["opportunities"]
settings   = []
formula    = "sum of max(1, days from created to closed) / won deals"
caveat     = "The mean, because the formula of velocity needs it; lost deals usually linger longer and are not in it. Deals closed before they were created are left out."

[example]
opportunity_periods = '''
period_start | won | won_cycle_days | won_with_cycle
2026-01-05   | 3   | 180            | 3
2026-01-12   | 0   | 0              | 0
'''
expect = { 2026-01-05 = 60, 2026-01-12 = "none" }
*/
select
    period_start,
    breakdown,
    won_cycle_days as numerator,
    won_with_cycle as denominator,
    case when won = 0 then 'no_wins' end as reason
from opportunity_periods
