/*
label      = "Win rate of created deals"
definition = "Of the new-business opportunities created in 91 days that are old enough to judge, the share won by the end of the period; old enough is the time within which nine in ten of the deals won in the last 91 days were won."
unit       = "percent"
good       = "up"
family     = "velocity"
owner      = "Sales operations"
source     = "Created-cohort win rate, won / created, of cohorts older than the 90th percentile of the cycle of won deals"
version    = 1
interval   = "wilson"
tables     = ["opportunities"]
settings   = []
formula    = "won before the end / created in [end - maturity - 91 days, end - maturity), maturity = 90th percentile of the cycle of the deals won in 91 days"
caveat     = "Looks at deals created months ago, so it lags the win rate of closed deals; deals still open count as not won, and one in ten wins may come later."

[example]
created_cohorts = '''
period_start | maturity_days | cohort_created | cohort_won
2026-01-05   | 90            | 100            | 3
2026-01-12   | 90            | 0              | 0
2026-01-19   |               | 0              | 0
'''
expect = { 2026-01-05 = 0.03, 2026-01-12 = "none", 2026-01-19 = "none" }
*/
select
    period_start,
    breakdown,
    cohort_won as numerator,
    cohort_created as denominator,
    -- Without a win in the window it is not known how long a deal takes to be won.
    case when maturity_days is null then 'no_wins' end as reason
from created_cohorts
