/*
label      = "Net movement on evidence"
definition = "Customers who moved up less those who moved down, on evidence, as a share of the customers at the start of the period."
unit       = "percent"
good       = "up"
family     = "movement"
owner      = "Customer success"
source     = "House definition: moves between two published tiers"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["@", "T", "I", "E", "R", "S", "@"]
formula    = "(moved up - moved down) / customers at the start"
caveat     = "Near zero can be calm or heavy traffic both ways: read it beside moves up and down. Moves because old evidence ran out are not in it."

[example]
movement_periods = '''
period_start | opening_customers | moved_up | moved_down | expired_up | expired_down
2026-01-05   | 460               | 24       | 20         | 3          | 4
2026-01-12   | 0                 | 0        | 0          | 0          | 0
'''
expect = { 2026-01-05 = 0.008695652173913044, 2026-01-12 = "none" }
*/
select
    period_start,
    breakdown,
    moved_up - moved_down as numerator,
    opening_customers as denominator
from movement_periods
