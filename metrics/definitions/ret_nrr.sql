/*
label      = "Net revenue retention, 52 weeks"
definition = "Of the monthly recurring revenue of a year ago, the share that the same customers pay now, expansion included."
unit       = "percent"
good       = "up"
family     = "retention"
owner      = "Finance"
source     = "SaaS Metrics Standards Board, net revenue retention (endpoint method)"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "MRR now / MRR then, over the customers of then"
caveat     = "New customers are in neither term, and agreed price increases count as expansion: it is no measure of growth, nor of organic growth."

[example]
customer_periods = '''
period_start | retention_opening_mrr | retention_kept_mrr | retention_closing_mrr | has_retention
2026-01-05   | 400                   | 280                | 300                   | true
2026-01-12   | 400                   | 280                | 300                   | false
2026-01-19   | 0                     | 0                  | 0                     | true
'''
expect = { 2026-01-05 = 0.75, 2026-01-12 = "none", 2026-01-19 = "none" }
*/
select
    period_start,
    breakdown,
    retention_closing_mrr as numerator,
    retention_opening_mrr as denominator,
    case when not has_retention then 'short_history' end as reason
from customer_periods
