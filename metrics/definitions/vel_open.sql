/*
label      = "Open opportunities"
definition = "Opportunities of new business that are open in a qualified stage at the end of the period."
unit       = "count"
good       = "none"
family     = "velocity"
owner      = "Sales operations"
source     = "Sales velocity, V = N x D x W / L: open opportunities, average won deal, win rate by count, cycle of won deals"
version    = 1
interval   = "none"
tables     = ["opportunities"]
settings   = ["qualified_stages"]
formula    = "created before the end, not closed before it, in a qualified stage"
caveat     = "A large pipeline of stale deals looks healthy here; more is good only if they are won, so it has no direction."

[example]
opportunity_periods = '''
period_start | open_opportunities
2026-01-05   | 8
2026-01-12   | 0
2026-01-19   |
'''
expect = { 2026-01-05 = 8, 2026-01-12 = 0, 2026-01-19 = "none" }
*/
select
    period_start,
    breakdown,
    open_opportunities as value,
    -- Past stages are known from the stage history alone, which an export may lack.
    case when open_opportunities is null then 'missing_table' end as reason
from opportunity_periods
