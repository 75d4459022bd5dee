/*
label      = "Sales cycle of all closed deals"
definition = "Mean days from the creation of a new-business opportunity to its close, over those won or lost in the 91 days to the end of the period."
unit       = "days"
good       = "down"
family     = "velocity"
owner      = "Sales operations"
source     = "Little's law: open opportunities / mean time of all in the pipeline = closings per day in a steady state"
version    = 1
interval   = "none"
tables     = ["opportunities"]
settings   = []
formula    = "sum of max(1, days from created to closed) / closed deals"
caveat     = "Shown beside the cycle of won deals, which velocity uses and which is too short where lost deals linger. Deals closed before they were created are left out, and so are those that are still open."

[example]
opportunity_periods = '''
period_start | won | lost | won_cycle_days | won_with_cycle | lost_cycle_days | lost_with_cycle
2026-01-05   | 3   | 2    | 180            | 3              | 220             | 2
2026-01-12   | 0   | 2    | 0              | 0              | 220             | 2
2026-01-19   | 0   | 0    | 0              | 0              | 0               | 0
'''
expect = { 2026-01-05 = 80, 2026-01-12 = 110, 2026-01-19 = "none" }
*/
select
    period_start,
    breakdown,
    won_cycle_days + lost_cycle_days as numerator,
    won_with_cycle + lost_with_cycle as denominator
from opportunity_periods
