/*
label      = "Gross revenue retention of each tier, 52 weeks"
definition = "Of the monthly recurring revenue that customers of this tier paid a year ago, the share that the same customers still pay, each counted at most at what it paid then."
unit       = "percent"
good       = { actively_dissatisfied = "up", dissatisfied = "up", neutral = "up", loyal = "up", advocate = "up", none = "up" }
family     = "retention"
owner      = "Finance"
source     = "SaaS Metrics Standards Board, gross revenue retention (endpoint method), by the house definition of five tiers: docs/tiers.md"
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
formula    = "sum of the smaller of MRR then and now / MRR then, over the customers who were in the tier then"
caveat     = "An association, not an effect. The tier is that of a year ago, whatever it is now, so the six add up to gross revenue retention."

[example]
tier_outcome_periods = '''
period_start | tier         | retention_opening_mrr | retention_kept_mrr | retention_closing_mrr | has_retention
2026-01-05   | dissatisfied | 400                   | 280                | 300                   | true
2026-01-05   | loyal        | 1000                  | 980                | 1150                  | true
2026-01-05   | none         | 0                     | 0                  | 0                     | true
2026-01-12   | dissatisfied | 400                   | 280                | 300                   | false
2026-01-12   | loyal        | 1000                  | 980                | 1150                  | false
2026-01-12   | none         | 0                     | 0                  | 0                     | false
'''
expect.dissatisfied = { 2026-01-05 = 0.7, 2026-01-12 = "none" }
expect.loyal = { 2026-01-05 = 0.98, 2026-01-12 = "none" }
expect.none = { 2026-01-05 = "none", 2026-01-12 = "none" }
*/
select
    period_start,
    breakdown,
    tier as member,
    retention_kept_mrr as numerator,
    retention_opening_mrr as denominator,
    case when not has_retention then 'short_history' end as reason
from tier_outcome_periods
