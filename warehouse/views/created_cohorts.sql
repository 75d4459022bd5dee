/* One row per period of the grain in force and breakdown: the cohort of new business that is old enough at the
period's end to judge by. maturity_days: the 90th percentile (an observed one, none is interpolated) of the cycles of
the deals won in the 91 days before the end; null without one. The cohort was created in the 91 days that end so many
days before it; cohort_won of it was won before the end. */
with spans as (
    select
        scoped_periods.grain,
        scoped_periods.period_start,
        scoped_periods.period_end,
        scoped_periods.is_closed,
        scoped_breakdowns.breakdown
    from scoped_periods
    cross join scoped_breakdowns
),

-- A few thousand days stand for any number of deals.
created_days as (
    select
        scoped_slices.breakdown,
        fct_opportunities.created_on,
        count(*) as created
    from fct_opportunities
    inner join scoped_slices on fct_opportunities.slice_id = scoped_slices.slice_id
    where fct_opportunities.is_new_business
    group by scoped_slices.breakdown, fct_opportunities.created_on
),

won_days as (
    select
        scoped_slices.breakdown,
        fct_opportunities.created_on,
        fct_opportunities.closed_on,
        fct_opportunities.cycle_days
    from fct_opportunities
    inner join scoped_slices on fct_opportunities.slice_id = scoped_slices.slice_id
    where fct_opportunities.is_new_business and fct_opportunities.is_won
),

maturities as (
    select
        spans.period_start,
        spans.breakdown,
        quantile_disc(won_days.cycle_days, 0.9) as maturity_days
    from spans
    inner join won_days
        on spans.breakdown is not distinct from won_days.breakdown
            and spans.period_end > won_days.closed_on
            and spans.period_end - 91 <= won_days.closed_on
    group by spans.period_start, spans.breakdown
),

cohorts as (
    select
        spans.*,
        maturities.maturity_days,
        spans.period_end - cast(maturities.maturity_days as integer) - 91 as created_from,
        spans.period_end - cast(maturities.maturity_days as integer) as created_before
    from spans
    left join maturities
        on spans.period_start = maturities.period_start and spans.breakdown is not distinct from maturities.breakdown
),

cohorts_created as (
    select
        cohorts.period_start,
        cohorts.breakdown,
        sum(created_days.created) as cohort_created
    from cohorts
    inner join created_days
        on cohorts.breakdown is not distinct from created_days.breakdown
            and cohorts.created_from <= created_days.created_on
            and cohorts.created_before > created_days.created_on
    group by cohorts.period_start, cohorts.breakdown
),

cohorts_won as (
    select
        cohorts.period_start,
        cohorts.breakdown,
        count(*) as cohort_won
    from cohorts
    inner join won_days
        on cohorts.breakdown is not distinct from won_days.breakdown
            and cohorts.created_from <= won_days.created_on
            and cohorts.created_before > won_days.created_on
            and cohorts.period_end > won_days.closed_on
    group by cohorts.period_start, cohorts.breakdown
)

select
    cohorts.*,
    cast(coalesce(cohorts_created.cohort_created, 0) as bigint) as cohort_created,
    coalesce(cohorts_won.cohort_won, 0) as cohort_won
from cohorts
left join cohorts_created
    on cohorts.period_start = cohorts_created.period_start
        and cohorts.breakdown is not distinct from cohorts_created.breakdown
left join cohorts_won
    on cohorts.period_start = cohorts_won.period_start
        and cohorts.breakdown is not distinct from cohorts_won.breakdown
