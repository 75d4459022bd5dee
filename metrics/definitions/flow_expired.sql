/*
label      = "Moves by expiry"
definition = "Customers whose tier changed although nothing happened, because old evidence ran out, as a share of the customers at the start of the period."
unit       = "percent"
good       = "none"
family     = "movement"
owner      = "Customer success"
source     = "House definition: moves between two published tiers"
version    = 1
interval   = "wilson"
tables     = ["subscriptions"]
settings   = ["@", "T", "I", "E", "R", "S", "@"]
formula    = "customers moved by expiry / customers at the start"
caveat     = "Measures how long ago customers were heard, not how they feel; a yearly survey makes it jump."

[example]
movement_periods = '''
period_start | opening_customers | moved_up | moved_down | expired_up | expired_down
2026-01-05   | 460               | 24       | 20         | 3          | 4
2026-01-12   | 0                 | 0        | 0          | 0          | 0
'''
expect = { 2026-01-05 = 0.015217391304347827, 2026-01-12 = "none" }
*/
select
    period_start,
    breakdown,
    expired_up + expired_down as numerator,
    opening_customers as denominator
from movement_periods
