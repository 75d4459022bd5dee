/*
label      = "Customer churn rate, 13 weeks pooled"
definition = "Customers lost in each of the 13 weeks to the end of the period, as a share of the sum of the customers at the start of each: a weekly rate."
unit       = "percent"
good       = "down"
family     = "churn"
owner      = "Customer success"
source     = "Pooled rate, the sum of numerators over the sum of denominators; never the mean of 13 rates"
version    = 1
interval   = "wilson"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "sum of lost customers / sum of customers at the start, over 13 weeks"
caveat     = "A weekly rate, not the share lost in 13 weeks. It lags by about six weeks and neighbouring points share 12 of 13 weeks, so run rules do not apply to it."

[example]
customer_periods = '''
period_start | lost_customers_13w | opening_customers_13w | has_13w
2026-01-05   | 4                  | 350                   | false
2026-01-12   | 4                  | 350                   | true
2026-01-19   | 0                  | 0                     | true
'''
expect = { 2026-01-05 = "none", 2026-01-12 = 0.01142857142857143, 2026-01-19 = "none" }
*/
select
    period_start,
    breakdown,
    lost_customers_13w as numerator,
    opening_customers_13w as denominator,
    case when not has_13w then 'short_history' end as reason
from customer_periods
