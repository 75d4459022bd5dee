/*
label      = "Gross revenue retention of what came up for renewal"
definition = "Of the monthly recurring revenue of a year ago whose term has ended since, the share that the same customers still pay."
unit       = "percent"
good       = "up"
family     = "retention"
owner      = "Finance"
source     = "Renewal-base gross retention: what multi-year contracts keep is in neither term"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "1 - (MRR then - the smaller of MRR then and now) / MRR then of the terms that ended since, over the customers of then"
caveat     = "It loses the same money as gross revenue retention, set against the part that could be lost. A term that was replaced before its time, by another plan or price, has ended too; one without an end is never up for renewal."

[example]
customer_periods = '''
period_start | retention_opening_mrr | retention_kept_mrr | renewal_mrr | has_retention
2026-01-05   | 400                   | 280                | 200         | true
2026-01-12   | 400                   | 280                | 200         | false
2026-01-19   | 400                   | 400                | 0           | true
'''
expect = { 2026-01-05 = 0.4, 2026-01-12 = "none", 2026-01-19 = "none" }
*/
select
    period_start,
    breakdown,
    renewal_mrr - (retention_opening_mrr - retention_kept_mrr) as numerator,
    renewal_mrr as denominator,
    case when not has_retention then 'short_history' end as reason
from customer_periods
