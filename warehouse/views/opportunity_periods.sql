/* One row per period of the grain in force and breakdown, opportunities of new business: those open at the
period's end, those created and those closed in the 91 days before it, and those closed in the period itself (period_*);
aided_* of those that a customer's act is linked to (fct_opportunities). */
with scoped as (
    select
        mart_opportunity_changes.period_start,
        scoped_slices.breakdown,
        sum(columns(mart_opportunity_changes.* exclude (grain, period_start, slice_id)))
    from mart_opportunity_changes
    inner join scoped_slices on mart_opportunity_changes.slice_id = scoped_slices.slice_id
    where mart_opportunity_changes.grain = coalesce(cast(getvariable('grain') as varchar), 'week')
    group by mart_opportunity_changes.period_start, scoped_slices.breakdown
),

filled as (
    select
        scoped_periods.grain,
        scoped_periods.period_start,
        scoped_periods.period_end,
        scoped_periods.is_closed,
        scoped_breakdowns.breakdown,
        coalesce(columns(scoped.* exclude (period_start, breakdown)), 0)
    from scoped_periods
    cross join scoped_breakdowns
    left join scoped
        on scoped_periods.period_start = scoped.period_start
            and scoped_breakdowns.breakdown is not distinct from scoped.breakdown
)

select
    filled.grain,
    filled.period_start,
    filled.period_end,
    filled.is_closed,
    filled.breakdown,
    cast(sum(filled.open_change) over until_end as bigint) as open_opportunities,
    cast(sum(filled.created_window) over until_end as bigint) as created,
    cast(sum(filled.won_window) over until_end as bigint) as won,
    cast(sum(filled.lost_window) over until_end as bigint) as lost,
    sum(filled.won_amount_window) over until_end as won_amount,
    sum(filled.lost_amount_window) over until_end as lost_amount,
    cast(sum(filled.won_with_amount_window) over until_end as bigint) as won_with_amount,
    cast(sum(filled.won_cycle_days_window) over until_end as bigint) as won_cycle_days,
    cast(sum(filled.won_with_cycle_window) over until_end as bigint) as won_with_cycle,
    cast(sum(filled.lost_cycle_days_window) over until_end as bigint) as lost_cycle_days,
    cast(sum(filled.lost_with_cycle_window) over until_end as bigint) as lost_with_cycle,
    cast(sum(filled.aided_won_window) over until_end as bigint) as aided_won,
    cast(sum(filled.aided_lost_window) over until_end as bigint) as aided_lost,
    sum(filled.aided_won_amount_window) over until_end as aided_won_amount,
    cast(sum(filled.aided_won_cycle_days_window) over until_end as bigint) as aided_won_cycle_days,
    cast(sum(filled.aided_won_with_cycle_window) over until_end as bigint) as aided_won_with_cycle,
    91 as window_days,
    cast(filled.period_won as bigint) as period_won,
    cast(filled.period_lost as bigint) as period_lost,
    filled.period_won_amount
from filled
window until_end as (
    partition by filled.breakdown order by filled.period_start
    rows between unbounded preceding and current row
)
