/*
label      = "Share of each tier"
definition = "Customers whose published tier is this one at the last Sunday of the period, as a share of all active customers."
unit       = "percent"
good       = { actively_dissatisfied = "down", dissatisfied = "down", neutral = "none", loyal = "up", advocate = "up" }
family     = "advocacy"
owner      = "Customer success"
source     = "House definition of five tiers; the rules are in docs/tiers.md"
version    = 1
interval   = "wilson"
tables     = ["subscriptions"]
settings   = [
    "vocal_window_days", "public_negative_window_days", "open_case_window_days", "silent_window_days",
    "attitude_window_days", "positive_window_days", "growth_window_days", "vocal_memory_days",
    "shrink_lookback_days", "advocate_tenure_days", "hold_weeks", "usage_drop_ratio", "usage_rearm_ratio",
    "renewal_grace_days",
]
formula    = "customers of the tier / active customers"
caveat     = "Customers without evidence are neutral by default: read it beside the evidence coverage. The interval takes the base as a sample; of a whole base only the classification can err."

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
expect.actively_dissatisfied = { 2026-01-05 = 0.043478260869565216, 2026-01-12 = "none" }
expect.dissatisfied = { 2026-01-05 = 0.13043478260869565, 2026-01-12 = "none" }
expect.neutral = { 2026-01-05 = 0.5434782608695652, 2026-01-12 = "none" }
expect.loyal = { 2026-01-05 = 0.2608695652173913, 2026-01-12 = "none" }
expect.advocate = { 2026-01-05 = 0.021739130434782608, 2026-01-12 = "none" }
*/
with tiers as (
    select
        period_start,
        breakdown,
        tier as member,
        sum(customers) as numerator
    from tier_periods
    group by all
),

shares as (
    select
        *,
        sum(numerator) over (partition by period_start, breakdown) as denominator
    from tiers
)

select * from shares
