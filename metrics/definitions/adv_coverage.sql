/*
label      = "Evidence coverage"
definition = "Active customers about whom there is evidence of their tier, as a share of all active customers."
unit       = "percent"
good       = "up"
family     = "advocacy"
owner      = "Customer success"
source     = "House definition: 1 - share of neutral by default"
version    = 1
interval   = "wilson"
tables     = ["subscriptions"]
settings   = [
    "vocal_window_days", "public_negative_window_days", "open_case_window_days", "silent_window_days",
    "attitude_window_days", "positive_window_days", "growth_window_days", "vocal_memory_days",
    "shrink_lookback_days", "advocate_tenure_days", "hold_weeks", "usage_drop_ratio", "usage_rearm_ratio",
    "renewal_grace_days",
]
formula    = "1 - customers without evidence / active customers"
caveat     = "Silence is not contentment: a low coverage means that the tiers describe those who spoke. It says nothing of how good the evidence is."

[example]
tier_periods = '''
period_start | tier    | customers | customers_without_evidence
2026-01-05   | neutral | 300       | 200
2026-01-05   | loyal   | 100       | 0
2026-01-12   | neutral | 0         | 0
'''
expect = { 2026-01-05 = 0.5, 2026-01-12 = "none" }
*/
select
    period_start,
    breakdown,
    sum(customers) - sum(customers_without_evidence) as numerator,
    sum(customers) as denominator
from tier_periods
group by all
