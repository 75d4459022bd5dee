/*
label      = "Customer churn rate of each tier"
definition = "Of the customers who were in this tier at the start of the period, the share lost during it; none are those without a tier then."
unit       = "percent"
good       = { actively_dissatisfied = "down", dissatisfied = "down", neutral = "down", loyal = "down", advocate = "down", none = "down" }
family     = "churn"
owner      = "Customer success"
source     = "ChartMogul, customer churn rate (B2B), by the house definition of five tiers: docs/tiers.md"
version    = 1
interval   = "wilson"
tables     = ["subscriptions"]
settings   = [
    "vocal_window_days", "public_negative_window_days", "open_case_window_days", "silent_window_days",
    "attitude_window_days", "positive_window_days", "growth_window_days", "vocal_memory_days",
    "shrink_lookback_days", "advocate_tenure_days", "hold_weeks", "usage_drop_ratio", "usage_rearm_ratio",
    "renewal_grace_days",
]
formula    = "lost customers of the tier / customers of the tier at the start"
caveat     = "An association, not an effect: who moves to another tier need not churn like those who are there. The tier is that of the last Sunday before the period, so the six add up to the customer churn rate."

[example]
tier_outcome_periods = '''
period_start | tier         | opening_customers | lost_customers
2026-01-05   | dissatisfied | 60                | 3
2026-01-05   | neutral      | 250               | 5
2026-01-05   | none         | 0                 | 0
2026-01-12   | dissatisfied | 57                | 0
2026-01-12   | neutral      | 245               | 1
2026-01-12   | none         | 0                 | 0
'''
expect.dissatisfied = { 2026-01-05 = 0.05, 2026-01-12 = 0 }
expect.neutral = { 2026-01-05 = 0.02, 2026-01-12 = 0.004081632653061225 }
expect.none = { 2026-01-05 = "none", 2026-01-12 = "none" }
*/
select
    period_start,
    breakdown,
    tier as member,
    lost_customers as numerator,
    opening_customers as denominator
from tier_outcome_periods
