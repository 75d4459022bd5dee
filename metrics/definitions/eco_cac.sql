/*
label      = "Customer acquisition cost, blended"
definition = "What was spent on winning customers, per new customer."
unit       = "currency"
good       = "down"
family     = "lifetime_value"
owner      = "Finance"
source     = "metrics.md 3.10: fully loaded sales and marketing cost, lagged by the median cycle, over new customers"
version    = 1
interval   = "none"
tables     = ["subscriptions", "costs"]
settings   = ["renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "costs with the purpose acquisition of the period's months, taken earlier by the median cycle of the new-business deals won in 364 days (in whole months) / new customers of the period"
caveat     = "Blended: all acquisition costs over all new customers, whatever brought them, so it is no paid CAC. Costs belong to the whole company and to months: by week or for a part there is none. A month without a cost is unknown, not free."

[example]
customer_periods = '''
period_start | new_customers
2026-01-05   | 40
2026-01-12   | 0
2026-01-19   | 40
2026-01-26   | 40
'''
cost_periods = '''
period_start | acquisition_cost | reason
2026-01-05   | 120000           |
2026-01-12   | 120000           |
2026-01-19   |                  | short_history
'''
expect = { 2026-01-05 = 3000, 2026-01-12 = "none", 2026-01-19 = "none", 2026-01-26 = "none" }
*/
select
    customer_periods.period_start,
    customer_periods.breakdown,
    cost_periods.acquisition_cost as numerator,
    customer_periods.new_customers as denominator,
    case when cost_periods.period_start is null then 'outside_scope' else cost_periods.reason end as reason
from customer_periods
left join cost_periods
    on
        customer_periods.period_start = cost_periods.period_start
        and customer_periods.breakdown is not distinct from cost_periods.breakdown
