/*
label      = "Average tenure within the first 52 and 104 weeks"
definition = "For how many of its first 52 or 104 weeks a customer stays on average, by all that was known at the end of the period."
unit       = "weeks"
good       = { 52 = "up", 104 = "up" }
family     = "retention"
owner      = "Customer success"
source     = "Restricted mean survival time, the area under Kaplan and Meier's curve; normal interval by Greenwood's variance; metrics.md 1.8"
version    = 1
interval   = "returned"
tables     = ["subscriptions"]
settings   = ["renewal_grace_days"]
formula    = "integral of S(t) from 0 to 52 or 104 weeks; variance: sum over endings at t_i of (area after t_i)^2 x ended / (at risk x (at risk - ended))"
caveat     = "Beyond the longest tenure observed the curve is held level, so a short history flatters the longer of the two; without an ending there is no interval. Always defined, where a median need not be; it is no lifetime, since it counts no week after the 52 or 104."

[example]
customer_periods = '''
period_start
2026-01-05
2026-01-12
'''
survival_steps = '''
period_start | tenure_days | at_risk | ended | spells
2026-01-05   | 70          | 8       | 2     | 8
2026-01-05   | 91          | 6       | 0     | 8
2026-01-05   | 140         | 6       | 3     | 8
2026-01-05   | 182         | 3       | 0     | 8
2026-01-05   | 364         | 3       | 0     | 8
2026-01-05   | 728         | 1       | 1     | 8
'''
expect.52 = { 2026-01-05 = 29.5, 2026-01-12 = "none" }
expect.104 = { 2026-01-05 = 49, 2026-01-12 = "none" }
*/
with members as (
    select unnest([52, 104]) as weeks
),

-- Sums over decimals: doubles added in another order, as a window over other periods does, differ in their last
-- digits.
logs as (
    select
        *,
        case
            when ended = 0 then 0
            when ended < at_risk then cast(ln(1 - ended / at_risk) as decimal(38, 18))
        end as log_kept
    from survival_steps
),

survivals as (
    select
        *,
        tenure_days - coalesce(lag(tenure_days) over until_day, 0) as days,
        -- nobody is left after an ending of all
        case when count(*) over until_day > count(log_kept) over until_day then 0
            else exp(cast(sum(log_kept) over until_day as double))
        end as survival
    from logs
    window until_day as (
        partition by period_start, breakdown order by tenure_days rows between unbounded preceding and current row
    )
),

pieces as (
    select
        *,
        cast(days * coalesce(lag(survival) over (
            partition by period_start, breakdown order by tenure_days
        ), 1) as decimal(38, 15)) as piece
    from survivals
),

areas as (
    select
        *,
        sum(piece) over (
            partition by period_start, breakdown order by tenure_days rows between unbounded preceding and current row
        ) as area
    from pieces
),

means as (
    select
        ends.period_start,
        ends.breakdown,
        members.weeks,
        max(ends.spells) as spells,
        max(ends.area) as area,
        -- An ending adds by the days after it that it cost; without one there is no variance to know.
        list_sum(list(
            pow(cast(ends.area - areas.area as double), 2) * areas.ended
            / (areas.at_risk * nullif(areas.at_risk - areas.ended, 0))
            order by areas.tenure_days
        ) filter (where areas.ended > 0)) as spread
    from areas as ends
    inner join members on ends.tenure_days = 7 * members.weeks
    inner join areas
        on
            ends.period_start = areas.period_start
            and ends.breakdown is not distinct from areas.breakdown
            and ends.tenure_days >= areas.tenure_days
    group by all
)

select
    customer_periods.period_start,
    customer_periods.breakdown,
    cast(members.weeks as varchar) as member,
    cast(means.area as double) / 7 as value,
    means.spells as denominator,
    case when means.spread > 0
            then greatest((cast(means.area as double) - 1.959963984540054 * sqrt(means.spread)) / 7, 0)
    end as low,
    case when means.spread > 0
            then least((cast(means.area as double) + 1.959963984540054 * sqrt(means.spread)) / 7, members.weeks)
    end as high,
    case when means.spells is null then 'no_denominator' end as reason
from customer_periods
cross join members
left join means
    on
        customer_periods.period_start = means.period_start
        and customer_periods.breakdown is not distinct from means.breakdown
        and members.weeks = means.weeks
