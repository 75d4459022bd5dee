/*
label      = "Gross revenue retention, 52 weeks"
definition = "Of the monthly recurring revenue of a year ago, the share that the same customers still pay, each counted at most at what it paid then."
unit       = "percent"
good       = "up"
family     = "retention"
owner      = "Finance"
source     = "SaaS Metrics Standards Board, gross revenue retention (endpoint method)"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "sum of the smaller of MRR then and now / MRR then, over the customers of then"
caveat     = "Compares two dates, not events; the window is 364 days at week grain, else one year to the date. A CRM that overwrites its terms makes it read 100 %."

[example]
customer_periods = '''
period_start | retention_opening_mrr | retention_kept_mrr | retention_closing_mrr | has_retention
2026-01-05   | 400                   | 280                | 300                   | true
2026-01-12   | 400                   | 280                | 300                   | false
2026-01-19   | 0                     | 0                  | 0                     | true
'''
expect = { 2026-01-05 = 0.7, 2026-01-12 = "none", 2026-01-19 = "none" }
*/
select
    period_start,
    breakdown,
    retention_kept_mrr as numerator,
    retention_opening_mrr as denominator,
    case when not has_retention then 'short_history' end as reason
from customer_periods
