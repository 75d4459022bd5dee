/*
label      = "CAC payback, simple"
definition = "Months until the margin of a customer who stays has paid back what it cost to win one."
unit       = "months"
good       = "down"
family     = "lifetime_value"
owner      = "Finance"
source     = "metrics.md 3.10: CAC / monthly margin per customer; that under 12 months is good is a rule of thumb (Skok), no test"
version    = 1
interval   = "none"
tables     = ["subscriptions", "costs"]
settings   = ["gross_margin", "gross_margin_by_segment", "renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "eco_cac / m; m = sum of gross margin x MRR / customers at the end of the period"
caveat     = "As if nobody left: eco_payback takes churn into account. A new customer may pay less than the average one, whose margin this is. By week or for a part of the company there is none."

[example]
customer_periods = '''
period_start | closing_customers | closing_margin | new_customers
2026-01-05   | 500               | 100000         | 40
2026-01-12   | 500               | 100000         | 0
2026-01-19   | 0                 | 0              | 40
2026-01-26   | 500               | 0              | 40
2026-02-02   | 500               | 100000         | 40
'''
cost_periods = '''
period_start | acquisition_cost
2026-01-05   | 120000
2026-01-12   | 120000
2026-01-19   | 120000
2026-01-26   | 120000
2026-02-02   | 0
'''
expect = { 2026-01-05 = 15, 2026-01-12 = "none", 2026-01-19 = "none", 2026-01-26 = "none", 2026-02-02 = 0 }
*/
with joined as (
    select
        customer_periods.period_start,
        customer_periods.breakdown,
        customer_periods.closing_margin / nullif(customer_periods.closing_customers, 0) as margin,
        cast(cost_periods.acquisition_cost as double) / nullif(customer_periods.new_customers, 0) as cac,
        case when cost_periods.period_start is null then 'outside_scope' else cost_periods.reason end as reason
    from customer_periods
    left join cost_periods
        on
            customer_periods.period_start = cost_periods.period_start
            and customer_periods.breakdown is not distinct from cost_periods.breakdown
),

paybacks as (
    select
        period_start,
        breakdown,
        case when margin > 0 then cac / margin end as value,
        reason
    from joined
)

select * from paybacks
