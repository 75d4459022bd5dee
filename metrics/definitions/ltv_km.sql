/*
label      = "Lifetime value, survival curve"
definition = "Discounted margin that a new customer will bring within the horizon, if customers stay as long as those observed so far."
unit       = "currency"
good       = "up"
family     = "lifetime_value"
owner      = "Finance"
source     = "Kaplan and Meier 1958, over unbroken spells of activity; discounted sum over months"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["gross_margin", "gross_margin_by_segment", "discount_rate_yearly", "ltv_horizon_months", "renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "sum over t = 0 .. H - 1 of m S(t) / (1 + d) ^ t; m = sum of gross margin x MRR / customers, S at t months of 30.436875 days, d = (1 + yearly rate) ^ (1 / 12) - 1, H = the smaller of the horizon and the longest observed tenure in whole months"
caveat     = "Margin of a new customer, first month included, without acquisition cost, cut at the horizon: where the history is short, so is the value. All customers count alike, whenever they came."

[example]
scoped_periods = '''
period_start | period_end
2026-01-05   | 2026-01-12
2026-01-12   | 2026-01-19
'''
customer_periods = '''
period_start | closing_customers | closing_margin
2026-01-05   | 3                 | 240
2026-01-12   | 0                 | 0
2026-01-19   | 3                 | 240
'''
survival_multiples = '''
period_start | multiple
2026-01-05   | 2.75
2026-01-12   | 2.75
'''
expect = { 2026-01-05 = 220, 2026-01-12 = "none", 2026-01-19 = "none" }
*/
select
    customer_periods.period_start,
    customer_periods.breakdown,
    customer_periods.closing_margin / nullif(customer_periods.closing_customers, 0)
    * survival_multiples.multiple as value,
    case
        when customer_periods.closing_customers = 0 then 'no_denominator'
        when survival_multiples.multiple is null then 'short_history'
    end as reason
from customer_periods
left join survival_multiples
    on
        customer_periods.period_start = survival_multiples.period_start
        and customer_periods.breakdown is not distinct from survival_multiples.breakdown
