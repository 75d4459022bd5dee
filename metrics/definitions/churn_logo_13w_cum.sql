/*
label      = "Customer churn, 13 weeks cumulative"
definition = "The share of customers that the churn rates of the 13 weeks to the end of the period lose, one after the other."
unit       = "percent"
good       = "down"
family     = "churn"
owner      = "Customer success"
source     = "Product-limit of the weekly rates; interval by Greenwood's variance, log(-log)"
version    = 1
interval   = "returned"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "1 - product over 13 weeks of (1 - lost customers / customers at the start)"
caveat     = "The share lost in a quarter of a year, not a weekly rate, and not that of one group: each week has its own base. Neighbouring points share 12 of 13 weeks, so run rules do not apply to it. Where nobody or everybody left, the interval is Wilson's for the smallest base of the weeks."

[example]
scoped_periods = '''
period_start | closing_week
2026-03-30   | 2026-03-30
2026-04-06   | 2026-04-06
2026-04-13   | 2026-04-13
'''
customer_periods = '''
period_start | has_13w
2026-03-30   | false
2026-04-06   | true
2026-04-13   | true
'''
weekly_losses = '''
week_start | opening_customers | lost_customers
2026-03-23 | 100               | 1
2026-03-30 | 50                | 0
2026-04-06 | 200               | 3
2026-04-13 | 0                 | 0
'''
expect = { 2026-03-30 = "none", 2026-04-06 = 0.02485, 2026-04-13 = "none" }
*/
with products as (
    select
        scoped_periods.period_start,
        weekly_losses.breakdown,
        min(weekly_losses.opening_customers) as fewest,
        min_by(weekly_losses.opening_customers, weekly_losses.week_start) as opening_customers,
        -- Ordered lists: doubles multiplied or added in another order differ in their last digits.
        list_product(list(
            1 - weekly_losses.lost_customers / nullif(weekly_losses.opening_customers, 0)
            order by weekly_losses.week_start
        )) as kept,
        list_sum(list(
            weekly_losses.lost_customers / (
                weekly_losses.opening_customers
                * nullif(weekly_losses.opening_customers - weekly_losses.lost_customers, 0)
            )
            order by weekly_losses.week_start
        )) as spread
    from scoped_periods
    inner join weekly_losses
        on
            weekly_losses.week_start <= scoped_periods.closing_week
            and weekly_losses.week_start >= scoped_periods.closing_week - 84
    group by all
),

bands as (
    select
        *,
        case when kept > 0 and kept < 1 then exp(1.959963984540054 * sqrt(spread) / abs(ln(kept))) end as width,
        3.841458820694124 / (fewest + 3.841458820694124) as wilson
    from products
)

select
    customer_periods.period_start,
    customer_periods.breakdown,
    1 - bands.kept as value,
    bands.opening_customers as denominator,
    case bands.kept when 1 then 0 when 0 then 1 - bands.wilson else 1 - pow(bands.kept, 1 / bands.width) end as low,
    case bands.kept when 1 then bands.wilson when 0 then 1 else 1 - pow(bands.kept, bands.width) end as high,
    case
        when not customer_periods.has_13w then 'short_history'
        when coalesce(bands.fewest, 0) = 0 then 'no_denominator'
    end as reason
from customer_periods
left join bands
    on
        customer_periods.period_start = bands.period_start
        and customer_periods.breakdown is not distinct from bands.breakdown
