/*
label      = "Net advocacy"
definition = "Loyal customers and advocates less dissatisfied and actively dissatisfied ones, per 100 active customers."
unit       = "points"
good       = "up"
family     = "advocacy"
owner      = "Customer success"
source     = "House index"
version    = 1
interval   = "nps"
tables     = ["subscriptions"]
settings   = [
    "vocal_window_days", "public_negative_window_days", "open_case_window_days", "silent_window_days",
    "attitude_window_days", "positive_window_days", "growth_window_days", "vocal_memory_days",
    "shrink_lookback_days", "advocate_tenure_days", "hold_weeks", "usage_drop_ratio", "usage_rearm_ratio",
    "renewal_grace_days",
]
formula    = "100 x (loyal + advocate - dissatisfied - actively dissatisfied) / active customers"
caveat     = "A house index, not an NPS: it rests on what customers did, not only on what they answered, and cannot be set against other companies."

[example]
tier_periods = '''
period_start | tier                  | customers
2026-01-05   | actively_dissatisfied | 20
2026-01-05   | dissatisfied          | 60
2026-01-05   | neutral               | 250
2026-01-05   | loyal                 | 120
2026-01-05   | advocate              | 10
2026-01-12   | actively_dissatisfied | 0
2026-01-12   | dissatisfied          | 0
2026-01-12   | neutral               | 0
2026-01-12   | loyal                 | 0
2026-01-12   | advocate              | 0
'''
expect = { 2026-01-05 = 10.869565217391, 2026-01-12 = "none" }
*/
with sides as (
    select
        period_start,
        breakdown,
        coalesce(sum(customers) filter (where tier in ('loyal', 'advocate')), 0) as for_us,
        coalesce(sum(customers) filter (where tier in ('dissatisfied', 'actively_dissatisfied')), 0) as against_us,
        sum(customers) as customers
    from tier_periods
    group by all
)

select
    period_start,
    breakdown,
    for_us - against_us as numerator,
    customers as denominator,
    -- of one customer, who counts 1, 0 or -1
    (for_us + against_us) / nullif(customers, 0) - pow((for_us - against_us) / nullif(customers, 0), 2) as variance
from sides
