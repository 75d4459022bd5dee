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
settings   = ["@", "T", "I", "E", "R", "S", "@"]
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
