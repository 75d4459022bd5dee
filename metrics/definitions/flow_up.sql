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
settings   = [
    "vocal_window_days", "public_negative_window_days", "open_case_window_days", "silent_window_days",
    "attitude_window_days", "positive_window_days", "growth_window_days", "vocal_memory_days",
    "shrink_lookback_days", "advocate_tenure_days", "hold_weeks", "usage_drop_ratio", "usage_rearm_ratio",
    "renewal_grace_days", "expiry_window_days",
]
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
