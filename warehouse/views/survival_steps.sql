/* One row per period of the grain in force, breakdown and day of tenure on which customers left, as far as was known
at the period's end: how many were at risk just before it, and how many left. Up to 104 weeks, and a row for the days
of 13, 26, 52 and 104 weeks in any case. spells: how many are watched at all. Ties: endings before cut-offs, entries
after both. A spell that ends at the boundary or later is cut off there. */
with tenures as (
    select
        scoped_periods.period_start,
        survival_spells.breakdown,
        survival_spells.watched_from - survival_spells.started_on as entered_on_day,
        least(coalesce(survival_spells.ended_on, scoped_periods.period_end), scoped_periods.period_end)
        - survival_spells.started_on as left_on_day,
        coalesce(survival_spells.ended_on < scoped_periods.period_end, false) as has_ended,
        survival_spells.spells
    from scoped_periods
    inner join survival_spells on scoped_periods.period_end > survival_spells.started_on
),

-- what happens after 104 weeks is beyond the last day that is asked for
watched as (
    select
        tenures.period_start,
        tenures.breakdown,
        least(tenures.entered_on_day, 729) as entered_on_day,
        least(tenures.left_on_day, 729) as left_on_day,
        tenures.has_ended and tenures.left_on_day <= 728 as has_ended,
        sum(tenures.spells) as spells
    from tenures
    where tenures.left_on_day > tenures.entered_on_day
    group by all
),

changes as (
    select
        watched.period_start, watched.breakdown, watched.entered_on_day as tenure_days,
        watched.spells as entered, 0 as gone, 0 as ended
    from watched
    union all
    select
        watched.period_start, watched.breakdown, watched.left_on_day as tenure_days,
        0 as entered, watched.spells as gone,
        case when watched.has_ended then watched.spells else 0 end as ended
    from watched
    union all
    select distinct
        watched.period_start, watched.breakdown, unnest([91, 182, 364, 728]) as tenure_days,
        0 as entered, 0 as gone, 0 as ended
    from watched
),

days as (
    select
        changes.period_start,
        changes.breakdown,
        changes.tenure_days,
        sum(changes.entered) as entered,
        sum(changes.gone) as gone,
        sum(changes.ended) as ended
    from changes
    group by changes.period_start, changes.breakdown, changes.tenure_days
),

risks as (
    select
        days.period_start,
        days.breakdown,
        days.tenure_days,
        sum(days.entered - days.gone) over (
            partition by days.period_start, days.breakdown order by days.tenure_days
            rows between unbounded preceding and 1 preceding
        ) as at_risk,
        days.ended,
        sum(days.entered) over (partition by days.period_start, days.breakdown) as spells
    from days
)

select
    period_start,
    breakdown,
    cast(tenure_days as bigint) as tenure_days,
    cast(coalesce(at_risk, 0) as bigint) as at_risk,
    cast(ended as bigint) as ended,
    cast(spells as bigint) as spells
from risks
where ended > 0 or tenure_days in (91, 182, 364, 728)
