/*
label      = "Lifetime value, constant retention"
definition = "Discounted margin that an average customer of today will still bring, if the churn of the last 13 weeks lasts for ever."
unit       = "currency"
good       = "up"
family     = "lifetime_value"
owner      = "Finance"
source     = "Gupta and Lehmann 2003: m r / (1 + d - r), first margin at the end of month 1 if retained"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["gross_margin", "gross_margin_by_segment", "discount_rate_yearly", "renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "m r / (1 + d - r); m = sum of gross margin x MRR / customers, r = (1 - weekly churn of 13 weeks) ^ (365.2425 / 84), d = (1 + yearly rate) ^ (1 / 12) - 1"
caveat     = "Margin of a present customer, after the sale, without acquisition cost and without an end. One rate for all understates a mixed base, and 13 weeks without a loss make it as large as the discount rate allows."

[example]
customer_periods = '''
period_start | closing_customers | closing_margin | lost_customers_13w | opening_customers_13w | has_13w
2026-01-05   | 100               | 8000           | 10                 | 1000                  | true
2026-01-12   | 100               | 8000           | 0                  | 1300                  | true
2026-01-19   | 100               | 8000           | 10                 | 1000                  | false
2026-01-26   | 0                 | 0              | 10                 | 1000                  | true
2026-02-02   | 100               | 6000           | 10                 | 1000                  | true
'''
settings = '''
discount_rate_yearly
0.1
'''
expect = { 2026-01-05 = 1509.4520036036167, 2026-01-12 = 10032.429289810978, 2026-01-19 = "none", 2026-01-26 = "none", 2026-02-02 = 1132.0890027027125 }
*/
with monthly as (
    select
        customer_periods.period_start,
        customer_periods.breakdown,
        customer_periods.has_13w,
        customer_periods.closing_customers,
        customer_periods.opening_customers_13w,
        customer_periods.closing_margin / nullif(customer_periods.closing_customers, 0) as margin,
        -- 365.2425 / 84 weeks are a month.
        pow(
            1 - customer_periods.lost_customers_13w / nullif(customer_periods.opening_customers_13w, 0),
            365.2425 / 84
        ) as retained,
        pow(1 + cast(settings.discount_rate_yearly as double), 1.0 / 12) - 1 as discount
    from customer_periods
    cross join settings
),

lifetime_values as (
    select
        period_start,
        breakdown,
        case when 1 + discount - retained > 0 then margin * retained / (1 + discount - retained) end as value,
        case
            when not has_13w then 'short_history'
            when closing_customers = 0 or opening_customers_13w = 0 then 'no_denominator'
            when 1 + discount - retained <= 0 then 'not_identifiable'
        end as reason
    from monthly
)

select * from lifetime_values
