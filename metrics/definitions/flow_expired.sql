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
settings   = [
    "vocal_window_days", "public_negative_window_days", "open_case_window_days", "silent_window_days",
    "attitude_window_days", "positive_window_days", "growth_window_days", "vocal_memory_days",
    "shrink_lookback_days", "advocate_tenure_days", "hold_weeks", "usage_drop_ratio", "usage_rearm_ratio",
    "renewal_grace_days", "expiry_window_days",
]
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
