/*
label      = "Net MRR churn"
definition = "Monthly recurring revenue lost to churn and contraction less that won by expansion and reactivation, as a share of that at the start."
unit       = "percent"
good       = "down"
family     = "churn"
owner      = "Finance"
source     = "ChartMogul, net MRR churn rate"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "(churned + contraction - expansion - reactivation MRR) / MRR at the start"
caveat     = "Below zero when expansion outweighs losses, so a good value can hide heavy losses: read it beside the gross rate. Reactivation is counted here and not in net revenue retention."

[example]
customer_periods = '''
period_start | opening_mrr | churned_mrr | contraction_mrr | expansion_mrr | reactivation_mrr
2026-01-05   | 100000      | 4000        | 2500            | 6000          | 1500
2026-01-12   | 100         | 10          | 10              | 10            | 0
2026-01-19   | 0           | 0           | 0               | 0             | 0
'''
expect = { 2026-01-05 = -0.01, 2026-01-12 = 0.1, 2026-01-19 = "none" }
*/
select
    period_start,
    breakdown,
    churned_mrr + contraction_mrr - expansion_mrr - reactivation_mrr as numerator,
    opening_mrr as denominator
from customer_periods
