/*
label      = "CAC payback, with churn"
definition = "Months until the margin of new customers, who leave as customers left in the last 13 weeks, has paid back what it cost to win them."
unit       = "months"
good       = "down"
family     = "lifetime_value"
owner      = "Finance"
source     = "metrics.md 3.10: the smallest n with m (1 - s^n) / (1 - s) >= CAC"
version    = 1
interval   = "none"
tables     = ["subscriptions", "costs"]
settings   = ["gross_margin", "gross_margin_by_segment", "renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "the smallest whole n with m (1 - s^n) / (1 - s) >= eco_cac; m = sum of gross margin x MRR / customers at the end of the period, s = (1 - weekly churn of 13 weeks) ^ (365.2425 / 84)"
caveat     = "Not discounted. There is none where churn takes the customers before they have paid (never recovered). By week or for a part of the company there is none."

[example]
customer_periods = '''
period_start | closing_customers | closing_margin | new_customers | lost_customers_13w | opening_customers_13w | has_13w
2026-01-05   | 500               | 100000         | 40            | 4635525881         | 1000000000000         | true
2026-01-12   | 500               | 100000         | 40            | 0                  | 6500                  | true
2026-01-19   | 500               | 100000         | 40            | 2                  | 100                   | true
2026-01-26   | 500               | 100000         | 40            | 4                  | 6500                  | false
2026-02-02   | 500               | 100000         | 0             | 4                  | 6500                  | true
2026-02-09   | 0                 | 0              | 40            | 4                  | 6500                  | true
2026-02-16   | 500               | 100000         | 40            | 4                  | 6500                  | true
2026-02-23   | 500               | 100000         | 40            | 0                  | 0                     | true
'''
cost_periods = '''
period_start | acquisition_cost
2026-01-05   | 120000
2026-01-12   | 120000
2026-01-19   | 120000
2026-01-26   | 120000
2026-02-02   | 120000
2026-02-09   | 120000
2026-02-23   | 120000
'''
expect = { 2026-01-05 = 18, 2026-01-12 = 15, 2026-01-19 = "none", 2026-01-26 = "none", 2026-02-02 = "none", 2026-02-09 = "none", 2026-02-16 = "none", 2026-02-23 = "none" }
*/
with joined as (
    select
        customer_periods.period_start,
        customer_periods.breakdown,
        customer_periods.closing_margin / nullif(customer_periods.closing_customers, 0) as margin,
        cast(cost_periods.acquisition_cost as double) / nullif(customer_periods.new_customers, 0) as cac,
        -- 365.2425 / 84 weeks are a month.
        pow(
            1 - customer_periods.lost_customers_13w / nullif(customer_periods.opening_customers_13w, 0),
            365.2425 / 84
        ) as retained,
        case
            when cost_periods.period_start is null then 'outside_scope'
            when cost_periods.reason is not null then cost_periods.reason
            when not customer_periods.has_13w then 'short_history'
        end as reason
    from customer_periods
    left join cost_periods
        on
            customer_periods.period_start = cost_periods.period_start
            and customer_periods.breakdown is not distinct from cost_periods.breakdown
),

-- What the share of the margin that churn leaves has to come to: recovered for ever is 1.
shares as (
    select
        *,
        cac * (1 - retained) / nullif(margin, 0) as share
    from joined
),

paybacks as (
    select
        period_start,
        breakdown,
        -- A quotient that is a whole number may miss it by its last digits.
        case
            when cac is null or retained is null or coalesce(margin, 0) <= 0 then null
            when retained >= 1 then greatest(1, ceil(cac / margin - 1e-9))
            when share >= 1 then null
            when retained <= 0 then 1
            else greatest(1, ceil(ln(1 - share) / ln(retained) - 1e-9))
        end as value,
        coalesce(
            reason, case when margin > 0 and retained < 1 and share >= 1 then 'not_identifiable' end
        ) as reason
    from shares
)

select * from paybacks
