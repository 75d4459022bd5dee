/*
label      = "Sales velocity of created deals"
definition = "What the new-business opportunities created per day, in the 91 days to the end of the period, should yield at the win rate of created deals and the size of won ones."
unit       = "currency_per_day"
good       = "up"
family     = "velocity"
owner      = "Sales operations"
source     = "Sales velocity V3 of the intake: created per day x win rate of matured cohorts x average won deal, not divided by a cycle"
version    = 1
interval   = "none"
tables     = ["opportunities"]
settings   = ["reporting_currency", "fiscal_year_first_month"]
formula    = "opportunities created in 91 days / 91 x win rate of created deals x average won deal"
caveat     = "An expectation: the deals created now are won, if at all, a cycle later, and at the win rate of an older cohort."

[example]
opportunity_periods = '''
period_start | created | won | won_amount | won_with_amount | window_days
2026-01-05   | 182     | 3   | 90000      | 3               | 91
2026-01-12   | 0       | 3   | 90000      | 3               | 91
2026-01-19   | 182     | 0   | 0          | 0               | 91
2026-01-26   | 182     | 3   | 90000      | 3               | 91
2026-02-02   | 182     | 1   | 0          | 0               | 91
'''
created_cohorts = '''
period_start | maturity_days | cohort_created | cohort_won
2026-01-05   | 90            | 100            | 3
2026-01-12   | 90            | 100            | 3
2026-01-19   |               | 0              | 0
2026-01-26   | 90            | 0              | 0
2026-02-02   | 90            | 100            | 3
'''
expect = { 2026-01-05 = 1800, 2026-01-12 = 0, 2026-01-19 = "none", 2026-01-26 = "none", 2026-02-02 = "none" }
*/
select
    opportunity_periods.period_start,
    opportunity_periods.breakdown,
    opportunity_periods.created / opportunity_periods.window_days
    * (created_cohorts.cohort_won / nullif(created_cohorts.cohort_created, 0))
    * (cast(opportunity_periods.won_amount as double) / nullif(opportunity_periods.won_with_amount, 0)) as value,
    case when opportunity_periods.won = 0 then 'no_wins' end as reason
from opportunity_periods
inner join created_cohorts
    on opportunity_periods.period_start = created_cohorts.period_start
        and opportunity_periods.breakdown is not distinct from created_cohorts.breakdown
