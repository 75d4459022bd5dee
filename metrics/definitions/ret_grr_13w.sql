/*
label      = "Gross revenue retention, 13 weeks"
definition = "Of the monthly recurring revenue 91 days before the end of the period, the share that the same customers still pay, each counted at most at what it paid then."
unit       = "percent"
good       = "up"
family     = "retention"
owner      = "Finance"
source     = "SaaS Metrics Standards Board, gross revenue retention (endpoint method), over 13 weeks"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "sum of the smaller of MRR then and now / MRR then, over the customers of then"
caveat     = "A quarter of a year: do not set it beside retention over 52 weeks. Few yearly contracts end in it, so it moves with the season of renewals; the window is 91 days at every grain."

[example]
customer_periods = '''
period_start | retention_13w_opening_mrr | retention_13w_kept_mrr | retention_13w_closing_mrr | has_retention_13w
2026-01-05   | 400                       | 280                    | 300                       | true
2026-01-12   | 400                       | 280                    | 300                       | false
2026-01-19   | 0                         | 0                      | 0                         | true
'''
expect = { 2026-01-05 = 0.7, 2026-01-12 = "none", 2026-01-19 = "none" }
*/
select
    period_start,
    breakdown,
    retention_13w_kept_mrr as numerator,
    retention_13w_opening_mrr as denominator,
    case when not has_retention_13w then 'short_history' end as reason
from customer_periods
