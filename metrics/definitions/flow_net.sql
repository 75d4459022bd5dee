/*
label      = "Net movement on evidence"
definition = "Customers who moved up less those who moved down, on evidence, as a share of the customers at the start of the period."
unit       = "percent"
good       = "up"
family     = "movement"
owner      = "Customer success"
source     = "House definition: moves between two published tiers"
version    = 1
interval   = "returned"
tables     = ["subscriptions"]
settings   = [
    "vocal_window_days", "public_negative_window_days", "open_case_window_days", "silent_window_days",
    "attitude_window_days", "positive_window_days", "growth_window_days", "vocal_memory_days",
    "shrink_lookback_days", "advocate_tenure_days", "hold_weeks", "usage_drop_ratio", "usage_rearm_ratio",
    "renewal_grace_days", "expiry_window_days",
]
formula    = "(moved up - moved down) / customers at the start"
caveat     = "Near zero can be calm or heavy traffic both ways: read it beside moves up and down. Moves because old evidence ran out are not in it. The interval is normal, of customers who each count 1, 0 or -1; without a move, or where all moved one way, there is none."

[example]
movement_periods = '''
period_start | opening_customers | moved_up | moved_down | expired_up | expired_down
2026-01-05   | 460               | 24       | 20         | 3          | 4
2026-01-12   | 0                 | 0        | 0          | 0          | 0
'''
expect = { 2026-01-05 = 0.008695652173913044, 2026-01-12 = "none" }
*/
with shares as (
    select
        period_start,
        breakdown,
        moved_up,
        moved_down,
        opening_customers,
        (moved_up - moved_down) / nullif(opening_customers, 0) as net,
        (moved_up + moved_down) / nullif(opening_customers, 0) as moved
    from movement_periods
),

margins as (
    select
        *,
        case when moved > net * net then 1.959963984540054 * sqrt((moved - net * net) / opening_customers) end as margin
    from shares
)

select
    period_start,
    breakdown,
    moved_up - moved_down as numerator,
    opening_customers as denominator,
    -- greatest and least would pass over a margin that is missing
    case when margin is not null then greatest(net - margin, -1) end as low,
    case when margin is not null then least(net + margin, 1) end as high
from margins
