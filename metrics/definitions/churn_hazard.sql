/*
label      = "Churn per customer-week at risk"
definition = "Endings in the period for every week that a customer was one in it: who joins or leaves half way counts for the days that they were customers."
unit       = "per_week"
good       = "down"
family     = "churn"
owner      = "Customer success"
source     = "Person-time rate of survival analysis: events over exposure, the maximum-likelihood estimate of a constant hazard"
version    = 1
interval   = "poisson"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "endings / customer-weeks at risk; a customer-week is 7 days as a customer"
caveat     = "A rate and no share: the probability to leave within a week is 1 - exp(-rate). Every ending counts, also of those who joined in the period. Always a weekly rate, so periods of any length compare."

[example]
customer_periods = '''
period_start | churn_events | customer_days
2026-01-05   | 4            | 189
2026-01-12   | 0            | 140
2026-01-19   | 0            | 0
'''
expect = { 2026-01-05 = 0.14814814814814814, 2026-01-12 = 0, 2026-01-19 = "none" }
*/
select
    period_start,
    breakdown,
    churn_events as numerator,
    customer_days / 7 as denominator
from customer_periods
