/* One row per grain, period and slice in which opportunities of new business changed. open_change sums to
the opportunities open at a period's end; *_window sums to those closed in the 91 days before it, or created
in them: a deal enters the window on that day and leaves 91 days later. period_* are of the period itself. */
with created as (
    select
        fct_opportunities.slice_id,
        fct_opportunities.created_on
    from fct_opportunities
    where fct_opportunities.is_new_business
),

closed as (
    select
        fct_opportunities.slice_id,
        fct_opportunities.closed_on,
        fct_opportunities.is_won,
        fct_opportunities.is_aided,
        case when fct_opportunities.amount > 0 then fct_opportunities.amount end as amount,
        fct_opportunities.cycle_days
    from fct_opportunities
    where fct_opportunities.is_new_business and fct_opportunities.closed_on is not null
),

changes as (
    select
        fct_open_spells.grain, fct_open_spells.slice_id, fct_open_spells.valid_from as changed_on, 1 as open_change,
        0 as created_change, 0 as is_closing, 0 as window_change, false as is_won, false as is_aided,
        cast(null as decimal(38, 6)) as amount, cast(null as bigint) as cycle_days
    from fct_open_spells
    union all
    select
        fct_open_spells.grain, fct_open_spells.slice_id, fct_open_spells.valid_to as changed_on, -1 as open_change,
        0 as created_change, 0 as is_closing, 0 as window_change, false as is_won, false as is_aided,
        cast(null as decimal(38, 6)) as amount, cast(null as bigint) as cycle_days
    from fct_open_spells
    where fct_open_spells.valid_to is not null
    union all
    select
        cast(null as varchar) as grain, closed.slice_id, closed.closed_on as changed_on, 0 as open_change,
        0 as created_change, 1 as is_closing, 1 as window_change, closed.is_won, closed.is_aided,
        closed.amount, closed.cycle_days
    from closed
    union all
    select
        cast(null as varchar) as grain, closed.slice_id, closed.closed_on + 91 as changed_on, 0 as open_change,
        0 as created_change, 0 as is_closing, -1 as window_change, closed.is_won, closed.is_aided,
        closed.amount, closed.cycle_days
    from closed
    union all
    select
        cast(null as varchar) as grain, created.slice_id, created.created_on as changed_on, 0 as open_change,
        1 as created_change, 0 as is_closing, 0 as window_change, false as is_won, false as is_aided,
        cast(null as decimal(38, 6)) as amount, cast(null as bigint) as cycle_days
    from created
    union all
    select
        cast(null as varchar) as grain, created.slice_id, created.created_on + 91 as changed_on, 0 as open_change,
        -1 as created_change, 0 as is_closing, 0 as window_change, false as is_won, false as is_aided,
        cast(null as decimal(38, 6)) as amount, cast(null as bigint) as cycle_days
    from created
),

daily as (
    select
        changes.grain,
        changes.slice_id,
        changes.changed_on,
        sum(changes.open_change) as open_change,
        sum(changes.created_change) as created_window,
        coalesce(sum(changes.window_change) filter (where changes.is_won), 0) as won_window,
        coalesce(sum(changes.window_change) filter (where not changes.is_won), 0) as lost_window,
        coalesce(sum(changes.window_change * changes.amount) filter (where changes.is_won), 0) as won_amount_window,
        coalesce(sum(changes.window_change * changes.amount) filter (where not changes.is_won), 0)
            as lost_amount_window,
        coalesce(sum(changes.window_change) filter (where changes.is_won and changes.amount is not null), 0)
            as won_with_amount_window,
        coalesce(sum(changes.window_change * changes.cycle_days) filter (where changes.is_won), 0)
            as won_cycle_days_window,
        coalesce(sum(changes.window_change) filter (where changes.is_won and changes.cycle_days is not null), 0)
            as won_with_cycle_window,
        coalesce(sum(changes.window_change * changes.cycle_days) filter (where not changes.is_won), 0)
            as lost_cycle_days_window,
        coalesce(sum(changes.window_change) filter (where not changes.is_won and changes.cycle_days is not null), 0)
            as lost_with_cycle_window,
        coalesce(sum(changes.window_change) filter (where changes.is_aided and changes.is_won), 0) as aided_won_window,
        coalesce(sum(changes.window_change) filter (where changes.is_aided and not changes.is_won), 0)
            as aided_lost_window,
        coalesce(sum(changes.window_change * changes.amount) filter (where changes.is_aided and changes.is_won), 0)
            as aided_won_amount_window,
        coalesce(sum(changes.window_change * changes.cycle_days) filter (where changes.is_aided and changes.is_won), 0)
            as aided_won_cycle_days_window,
        coalesce(
            sum(changes.window_change) filter (
                where changes.is_aided and changes.is_won and changes.cycle_days is not null
            ), 0
        ) as aided_won_with_cycle_window,
        coalesce(sum(changes.is_closing) filter (where changes.is_won), 0) as period_won,
        coalesce(sum(changes.is_closing) filter (where not changes.is_won), 0) as period_lost,
        coalesce(sum(changes.is_closing * changes.amount) filter (where changes.is_won), 0) as period_won_amount
    from changes
    group by changes.grain, changes.slice_id, changes.changed_on
),

mart_opportunity_changes as (
    select
        period_days.grain,
        period_days.period_start,
        daily.slice_id,
        sum(daily.open_change) as open_change,
        sum(daily.created_window) as created_window,
        sum(daily.won_window) as won_window,
        sum(daily.lost_window) as lost_window,
        sum(daily.won_amount_window) as won_amount_window,
        sum(daily.lost_amount_window) as lost_amount_window,
        sum(daily.won_with_amount_window) as won_with_amount_window,
        sum(daily.won_cycle_days_window) as won_cycle_days_window,
        sum(daily.won_with_cycle_window) as won_with_cycle_window,
        sum(daily.lost_cycle_days_window) as lost_cycle_days_window,
        sum(daily.lost_with_cycle_window) as lost_with_cycle_window,
        sum(daily.aided_won_window) as aided_won_window,
        sum(daily.aided_lost_window) as aided_lost_window,
        sum(daily.aided_won_amount_window) as aided_won_amount_window,
        sum(daily.aided_won_cycle_days_window) as aided_won_cycle_days_window,
        sum(daily.aided_won_with_cycle_window) as aided_won_with_cycle_window,
        sum(daily.period_won) as period_won,
        sum(daily.period_lost) as period_lost,
        sum(daily.period_won_amount) as period_won_amount
    from daily
    inner join period_days
        on daily.changed_on = period_days.day
            and (daily.grain is null or daily.grain = period_days.grain)
    group by period_days.grain, period_days.period_start, daily.slice_id
)

select * from mart_opportunity_changes
