/*
label      = "Customers still there after 13, 26, 52 and 104 weeks"
definition = "The share of customers who stay for at least so many weeks, by all that was known at the end of the period: those who have not left yet count for as long as they were seen."
unit       = "percent"
good       = { 13 = "up", 26 = "up", 52 = "up", 104 = "up" }
family     = "retention"
owner      = "Customer success"
source     = "Kaplan and Meier 1958 with left truncation; variance by Greenwood, 95 % band by log(-log S); metrics.md 1.8"
version    = 1
interval   = "returned"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "S(t) = product over tenures t_i <= t of (1 - ended / at risk), over unbroken spells of activity; the denominator is the number at risk at t"
caveat     = "All customers count alike, whenever they came; who comes back begins a new spell. A customer of before the records is watched from the tenure that it had when they began. Undefined where nobody was seen for so long; without an ending until then, or a customer left, there is no band."

[example]
customer_periods = '''
period_start
2026-01-05
2026-01-12
'''
survival_steps = '''
period_start | tenure_days | at_risk | ended | spells
2026-01-05   | 14          | 8       | 1     | 8
2026-01-05   | 21          | 7       | 1     | 8
2026-01-05   | 35          | 5       | 1     | 8
2026-01-05   | 91          | 3       | 0     | 8
2026-01-05   | 100         | 3       | 2     | 8
2026-01-05   | 182         | 1       | 0     | 8
2026-01-05   | 364         | 1       | 1     | 8
2026-01-05   | 728         | 0       | 0     | 8
'''
expect.13 = { 2026-01-05 = 0.6, 2026-01-12 = "none" }
expect.26 = { 2026-01-05 = 0.2, 2026-01-12 = "none" }
expect.52 = { 2026-01-05 = 0, 2026-01-12 = "none" }
expect.104 = { 2026-01-05 = "none", 2026-01-12 = "none" }
*/
with members as (
    select unnest([13, 26, 52, 104]) as weeks
),

survivals as (
    select
        survival_steps.period_start,
        survival_steps.breakdown,
        members.weeks,
        max(survival_steps.at_risk) filter (where survival_steps.tenure_days = 7 * members.weeks) as at_risk,
        -- Ordered lists: doubles multiplied or added in another order differ in their last digits.
        list_product(list(
            1 - survival_steps.ended / survival_steps.at_risk order by survival_steps.tenure_days
        ) filter (where survival_steps.ended > 0)) as survival,
        list_sum(list(
            survival_steps.ended / (
                survival_steps.at_risk * nullif(survival_steps.at_risk - survival_steps.ended, 0)
            )
            order by survival_steps.tenure_days
        ) filter (where survival_steps.ended > 0)) as spread
    from survival_steps
    inner join members on survival_steps.tenure_days <= 7 * members.weeks
    group by all
),

bands as (
    select
        *,
        case
            when survival > 0 and survival < 1 then exp(1.959963984540054 * sqrt(spread) / abs(ln(survival)))
        end as width
    from survivals
)

select
    customer_periods.period_start,
    customer_periods.breakdown,
    cast(members.weeks as varchar) as member,
    coalesce(bands.survival, 1) as value,
    bands.at_risk as denominator,
    pow(bands.survival, bands.width) as low,
    pow(bands.survival, 1 / bands.width) as high,
    case
        when bands.at_risk is null then 'no_denominator'
        when bands.at_risk = 0 then 'short_history'
    end as reason
from customer_periods
cross join members
left join bands
    on
        customer_periods.period_start = bands.period_start
        and customer_periods.breakdown is not distinct from bands.breakdown
        and members.weeks = bands.weeks
