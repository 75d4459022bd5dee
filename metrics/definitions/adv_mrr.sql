/*
label      = "MRR of each tier"
definition = "Monthly recurring revenue of the customers whose published tier is this one at the last Sunday of the period."
unit       = "currency"
good       = { actively_dissatisfied = "down", dissatisfied = "down", neutral = "none", loyal = "up", advocate = "up" }
family     = "revenue"
owner      = "Customer success"
source     = "House definition of five tiers; the rules are in docs/tiers.md"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = [
    "vocal_window_days", "public_negative_window_days", "open_case_window_days", "silent_window_days",
    "attitude_window_days", "positive_window_days", "growth_window_days", "vocal_memory_days",
    "shrink_lookback_days", "advocate_tenure_days", "hold_weeks", "usage_drop_ratio", "usage_rearm_ratio",
    "renewal_grace_days",
    "reporting_currency", "fiscal_year_first_month",
]
formula    = "sum of the MRR of the customers of the tier"
caveat     = "As of the last Sunday of the period: the five add up to the MRR of that day, which at month grain is not that of the period's end."

[example]
tier_periods = '''
period_start | tier                  | mrr
2026-01-05   | actively_dissatisfied | 2000
2026-01-05   | dissatisfied          | 6000
2026-01-05   | neutral               | 25000
2026-01-05   | loyal                 | 15000
2026-01-05   | advocate              | 0
'''
expect.actively_dissatisfied = { 2026-01-05 = 2000 }
expect.dissatisfied = { 2026-01-05 = 6000 }
expect.neutral = { 2026-01-05 = 25000 }
expect.loyal = { 2026-01-05 = 15000 }
expect.advocate = { 2026-01-05 = 0 }
*/
select
    period_start,
    breakdown,
    tier as member,
    mrr as value
from tier_periods
