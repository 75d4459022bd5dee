/*
label      = "Moves up on evidence"
definition = "Customers whose tier rose during the period because of something that happened, as a share of the customers at its start."
unit       = "percent"
good       = "up"
family     = "movement"
owner      = "Customer success"
source     = "House definition: moves between two published tiers"
version    = 1
interval   = "wilson"
tables     = ["subscriptions"]
settings   = ["@", "T", "I", "E", "R", "S", "@"]
formula    = "customers moved up on evidence / customers at the start"
caveat     = "Not a conversion funnel: as many may move down. A rise over several tiers is one move. Moves because old evidence ran out are not in it."

[example]
movement_periods = '''
period_start | opening_customers | moved_up | moved_down | expired_up | expired_down
2026-01-05   | 460               | 24       | 20         | 3          | 4
2026-01-12   | 0                 | 0        | 0          | 0          | 0
'''
expect = { 2026-01-05 = 0.05217391304347826, 2026-01-12 = "none" }
*/
select
    period_start,
    breakdown,
    moved_up as numerator,
    opening_customers as denominator
from movement_periods
