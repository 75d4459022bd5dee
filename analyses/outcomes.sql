/* When the new business of each created cohort was decided or last seen open: one row per cohort (null = all) and
number of days after creation (at least 1), with how many were won, lost and seen open up to then. Of the opportunities
of the scope created before $until, exclusive, as known on that day: what is decided later is open, seen up to it. One
that was closed before it was created has no days and is left out. $cohort is the grain of the cohorts. */
with deals as (
    select
        cohorts.period_start as cohort,
        case when fct_opportunities.closed_on < $until then fct_opportunities.cycle_days end as decided_days,
        $until - fct_opportunities.created_on as open_days,
        fct_opportunities.is_won
    from fct_opportunities
    inner join scoped_slices on fct_opportunities.slice_id = scoped_slices.slice_id
    inner join periods as cohorts
        on cohorts.grain = $cohort
            and fct_opportunities.created_on >= cohorts.period_start
            and fct_opportunities.created_on < cohorts.period_end
    where
        fct_opportunities.is_new_business
        and fct_opportunities.created_on < $until
        and (not fct_opportunities.is_closed or fct_opportunities.cycle_days is not null)
),

days as (
    select
        cohort,
        coalesce(decided_days, open_days) as days,
        count(*) filter (where decided_days is not null and is_won) as won,
        count(*) filter (where decided_days is not null and not is_won) as lost,
        count(*) filter (where decided_days is null) as seen_open
    from deals
    group by grouping sets ((cohort, coalesce(decided_days, open_days)), (coalesce(decided_days, open_days)))
)

select * from days
order by cohort nulls first, days
