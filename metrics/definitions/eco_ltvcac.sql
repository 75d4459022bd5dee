/*
label      = "LTV to CAC, observed"
definition = "How many times its acquisition cost a new customer brings in margin, if customers stay as long as those observed so far."
unit       = "ratio"
good       = "up"
family     = "lifetime_value"
owner      = "Finance"
source     = "metrics.md 3.10: margin LTV / CAC; that 3 is enough is a rule of thumb (Skok), no test"
version    = 1
interval   = "none"
tables     = ["subscriptions", "costs"]
settings   = ["gross_margin", "gross_margin_by_segment", "discount_rate_yearly", "ltv_horizon_months", "renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "ltv_km / eco_cac"
caveat     = "The value is cut at the horizon and nothing is projected, so a short history makes it small. CAC is blended and taken as given; it is not deducted from the value. By week or for a part of the company there is none."

[example]
customer_periods = '''
period_start | closing_customers | closing_margin | new_customers
2026-01-05   | 500               | 100000         | 40
2026-01-12   | 500               | 100000         | 40
2026-01-19   | 500               | 100000         | 0
2026-01-26   | 500               | 100000         | 40
2026-02-02   | 500               | 100000         | 40
2026-02-09   | 0                 | 0              | 40
'''
survival_multiples = '''
period_start | multiple
2026-01-05   | 50
2026-01-12   | 36
2026-01-19   | 50
2026-01-26   | 50
2026-02-09   | 50
'''
cost_periods = '''
period_start | acquisition_cost
2026-01-05   | 120000
2026-01-12   | 120000
2026-01-19   | 120000
2026-01-26   | 0
2026-02-02   | 120000
2026-02-09   | 120000
'''
expect = { 2026-01-05 = 3.3333333333333335, 2026-01-12 = 2.4, 2026-01-19 = "none", 2026-01-26 = "none", 2026-02-02 = "none", 2026-02-09 = "none" }
*/
with joined as (
    select
        customer_periods.period_start,
        customer_periods.breakdown,
        customer_periods.closing_margin / nullif(customer_periods.closing_customers, 0)
        * survival_multiples.multiple as lifetime_value,
        cast(cost_periods.acquisition_cost as double) / nullif(customer_periods.new_customers, 0) as cac,
        case
            when cost_periods.period_start is null then 'outside_scope'
            when cost_periods.reason is not null then cost_periods.reason
            when survival_multiples.multiple is null then 'short_history'
        end as reason
    from customer_periods
    left join cost_periods
        on
            customer_periods.period_start = cost_periods.period_start
            and customer_periods.breakdown is not distinct from cost_periods.breakdown
    left join survival_multiples
        on
            customer_periods.period_start = survival_multiples.period_start
            and customer_periods.breakdown is not distinct from survival_multiples.breakdown
),

ratios as (
    select
        period_start,
        breakdown,
        lifetime_value / nullif(cac, 0) as value,
        reason
    from joined
)

select * from ratios
