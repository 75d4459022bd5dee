/*
label      = "Won within so many days"
definition = "The share of new-business opportunities that are won within 30, 90, 180 and 365 days of their creation, as far as is known at the end of the period."
unit       = "percent"
good       = { 30 = "up", 90 = "up", 180 = "up", 365 = "up" }
family     = "velocity"
owner      = "Sales operations"
source     = "Aalen-Johansen cumulative incidence of won, lost the competing outcome, open cut off (Aalen and Johansen 1978); variance by the delta method (Marubini and Valsecchi 1995, section 10.4), 95 % band by log(-log)"
version    = 1
interval   = "returned"
tables     = ["opportunities"]
settings   = []
formula    = "sum over days up to t of the share undecided before the day x won on it / at risk"
caveat     = "Over all opportunities created so far, so it moves slowly. It is not the counts beside it divided: those that are open count as long as they have been seen. Undefined beyond the longest time seen."

[example]
win_times = '''
period_start | days | at_risk | won | lost
2026-01-05   | 0    | 6       | 0   | 0
2026-01-05   | 10   | 6       | 1   | 0
2026-01-05   | 20   | 5       | 0   | 1
2026-01-05   | 30   | 3       | 1   | 0
2026-01-05   | 40   | 2       | 0   | 0
2026-01-05   | 50   | 1       | 0   | 1
2026-01-12   | 0    | 4       | 0   | 0
2026-01-12   | 10   | 4       | 1   | 0
2026-01-12   | 30   | 3       | 0   | 0
2026-01-19   | 0    | 0       | 0   | 0
'''
expect.30 = { 2026-01-05 = 0.3888888888888889, 2026-01-12 = 0.25, 2026-01-19 = "none" }
expect.90 = { 2026-01-05 = 0.3888888888888889, 2026-01-12 = "none", 2026-01-19 = "none" }
expect.180 = { 2026-01-05 = 0.3888888888888889, 2026-01-12 = "none", 2026-01-19 = "none" }
expect.365 = { 2026-01-05 = 0.3888888888888889, 2026-01-12 = "none", 2026-01-19 = "none" }
*/
with horizons as (
    select unnest([30, 90, 180, 365]) as horizon_days
),

-- Sums are of decimals: those of doubles differ in their last digits with the order in which a window adds them.
chances as (
    select
        *,
        won + lost as ended,
        exp(cast(coalesce(sum(
            cast(ln(nullif(at_risk - won - lost, 0) / nullif(at_risk, 0)) as decimal(38, 20))
        ) over (
            partition by period_start, breakdown order by days rows between unbounded preceding and 1 preceding
        ), 0) as double)) as open_before
    from win_times
),

steps as (
    select
        *,
        cast(sum(cast(open_before * won / nullif(at_risk, 0) as decimal(38, 20))) over (
            partition by period_start, breakdown order by days
        ) as double) as incidence,
        ended / (at_risk * nullif(at_risk - ended, 0)) as spread,
        open_before * won / pow(nullif(at_risk, 0), 2) as cross_spread,
        pow(open_before, 2) * won * (at_risk - won) / pow(nullif(at_risk, 0), 3) as own_spread
    from chances
),

-- What lies between a horizon and the one before it is summed once.
stretches as (
    select
        period_start,
        breakdown,
        case when days <= 30 then 30 when days <= 90 then 90 when days <= 180 then 180 else 365 end as last_days,
        sum(won) as won,
        max(incidence) as incidence,
        min(at_risk) as fewest,
        sum(cast(spread as decimal(38, 20))) as spread,
        sum(cast(spread * incidence as decimal(38, 20))) as spread_1,
        sum(cast(spread * pow(incidence, 2) as decimal(38, 20))) as spread_2,
        sum(cast(own_spread as decimal(38, 20))) as own_spread,
        sum(cast(cross_spread as decimal(38, 20))) as cross_spread,
        sum(cast(cross_spread * incidence as decimal(38, 20))) as cross_spread_1
    from steps
    where days <= 365
    group by period_start, breakdown, last_days
),

wholes as (
    select
        period_start,
        breakdown,
        max(at_risk) as deals,
        max(days) as longest_days,
        min(at_risk - ended) = 0 as is_decided
    from chances
    group by period_start, breakdown
),

sums as (
    select
        wholes.period_start,
        wholes.breakdown,
        horizons.horizon_days,
        wholes.deals,
        sum(stretches.won) as won,
        max(stretches.incidence) as incidence,
        min(stretches.fewest) as fewest,
        cast(coalesce(sum(stretches.spread), 0) as double) as spread,
        cast(coalesce(sum(stretches.spread_1), 0) as double) as spread_1,
        cast(coalesce(sum(stretches.spread_2), 0) as double) as spread_2,
        cast(sum(stretches.own_spread) as double) as own_spread,
        cast(sum(stretches.cross_spread) as double) as cross_spread,
        cast(sum(stretches.cross_spread_1) as double) as cross_spread_1,
        case
            when wholes.deals = 0 then 'no_denominator'
            when wholes.longest_days < horizons.horizon_days and not wholes.is_decided then 'short_history'
        end as reason
    from wholes
    cross join horizons
    inner join stretches
        on wholes.period_start = stretches.period_start
            and wholes.breakdown is not distinct from stretches.breakdown
            and horizons.horizon_days >= stretches.last_days
    group by all
),

errors as (
    select
        *,
        sqrt(greatest(
            pow(incidence, 2) * spread - 2 * incidence * spread_1 + spread_2 + own_spread
            - 2 * (incidence * cross_spread - cross_spread_1), 0
        )) as error,
        3.841458820694124 / (fewest + 3.841458820694124) as wilson
    from sums
),

bands as (
    select
        *,
        case
            -- a sum may miss 1 by its last digits
            when incidence > 0 and incidence < 1 - 1e-12
                then exp(1.959963984540054 * error / (incidence * abs(ln(incidence))))
        end as width
    from errors
)

select
    period_start,
    breakdown,
    cast(horizon_days as varchar) as member,
    incidence as value,
    won as numerator,
    deals as denominator,
    -- Where none or all are won, Wilson's for those that were seen so long.
    case when incidence = 0 then 0 when width is null then 1 - wilson else pow(incidence, width) end as low,
    case when incidence = 0 then wilson when width is null then 1 else pow(incidence, 1 / width) end as high,
    reason
from bands
