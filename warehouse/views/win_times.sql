/* One row per period of the grain in force, breakdown and number of days after creation at which new business was
decided or last seen open, as known at the period's end: won and lost on that day (at least 1), and at_risk, those
neither decided nor out of sight before it. Of all opportunities created before the end; what is open then, or decided
later, is seen up to the end. Day 0 stands in every period and breakdown, its at_risk is all of them; what takes longer
than 365 days stands at 366, undecided. A deal closed before it was created has no days and is left out. */
with deals as (
    select
        scoped_slices.breakdown,
        fct_opportunities.created_on,
        fct_opportunities.closed_on,
        fct_opportunities.is_won,
        fct_opportunities.cycle_days
    from fct_opportunities
    inner join scoped_slices on fct_opportunities.slice_id = scoped_slices.slice_id
    where
        fct_opportunities.is_new_business
        and (not fct_opportunities.is_closed or fct_opportunities.cycle_days is not null)
),

spans as (
    select
        scoped_periods.period_start,
        scoped_periods.period_end,
        scoped_breakdowns.breakdown
    from scoped_periods
    cross join scoped_breakdowns
),

placed as (
    select
        deals.*,
        scoped_periods.period_start as closed_in
    from deals
    left join scoped_periods
        on deals.closed_on >= scoped_periods.period_start and deals.closed_on < scoped_periods.period_end
),

closings as (
    select
        closed_in as period_start,
        breakdown,
        least(cycle_days, 366) as days,
        count(*) filter (where is_won) as won,
        count(*) filter (where not is_won) as lost
    from placed
    where closed_in is not null
    group by closed_in, breakdown, least(cycle_days, 366)
),

closing_days as (
    select distinct
        breakdown,
        days
    from closings
),

-- What is closed stays closed: summing up from period to period costs less than to count each deal in each.
closed as (
    select
        spans.period_start,
        spans.breakdown,
        closing_days.days,
        sum(coalesce(closings.won, 0)) over until_end as won,
        sum(coalesce(closings.lost, 0)) over until_end as lost
    from spans
    inner join closing_days on spans.breakdown is not distinct from closing_days.breakdown
    left join closings
        on spans.period_start = closings.period_start
            and spans.breakdown is not distinct from closings.breakdown
            and closing_days.days = closings.days
    window until_end as (partition by spans.breakdown, closing_days.days order by spans.period_start)
),

created_days as (
    select
        breakdown,
        created_on,
        closed_in,
        count(*) as deals
    from placed
    group by breakdown, created_on, closed_in
),

seen_open as (
    select
        spans.period_start,
        spans.breakdown,
        least(spans.period_end - created_days.created_on, 366) as days,
        sum(created_days.deals) as deals
    from spans
    inner join created_days
        on spans.breakdown is not distinct from created_days.breakdown
            and spans.period_end > created_days.created_on
            and spans.period_start < coalesce(created_days.closed_in, date '9999-12-31')
    group by spans.period_start, spans.breakdown, least(spans.period_end - created_days.created_on, 366)
),

parts as (
    select
        spans.period_start,
        spans.breakdown,
        0 as days,
        0 as won,
        0 as lost,
        0 as deals
    from spans
    union all
    select
        closed.period_start,
        closed.breakdown,
        closed.days,
        case when closed.days <= 365 then closed.won else 0 end as won,
        case when closed.days <= 365 then closed.lost else 0 end as lost,
        closed.won + closed.lost as deals
    from closed
    where closed.won + closed.lost > 0
    union all
    select
        seen_open.period_start,
        seen_open.breakdown,
        seen_open.days,
        0 as won,
        0 as lost,
        seen_open.deals
    from seen_open
),

days as (
    select
        period_start,
        breakdown,
        days,
        sum(won) as won,
        sum(lost) as lost,
        sum(deals) as deals
    from parts
    group by period_start, breakdown, days
)

select
    days.period_start,
    days.breakdown,
    cast(days.days as integer) as days,
    cast(sum(days.deals) over (
        partition by days.period_start, days.breakdown order by days.days
        rows between current row and unbounded following
    ) as bigint) as at_risk,
    cast(days.won as bigint) as won,
    cast(days.lost as bigint) as lost
from days
