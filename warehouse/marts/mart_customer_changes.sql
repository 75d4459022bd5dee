/* One row per grain, period and slice in which customers or their MRR changed: by how much. A stock is the
running sum of its changes (view customer_periods), so a quiet slice costs nothing. customer_days_change: the days of the
period that those who came in it were customers, less the days that those who left in it were none. */
with changes as (
    select
        fct_activity_spells.slice_id, fct_activity_spells.valid_from as changed_on, 'customers' as measure,
        cast(1 as decimal(38, 6)) as change, cast(null as varchar) as lookback
    from fct_activity_spells
    union all
    select
        fct_activity_spells.slice_id, fct_activity_spells.valid_to as changed_on, 'customers' as measure,
        cast(-1 as decimal(38, 6)) as change, cast(null as varchar) as lookback
    from fct_activity_spells
    where fct_activity_spells.valid_to is not null
    union all
    select
        fct_mrr_movements.slice_id, fct_mrr_movements.moved_on as changed_on, fct_mrr_movements.kind as measure,
        fct_mrr_movements.amount as change, cast(null as varchar) as lookback
    from fct_mrr_movements
    union all
    select
        fct_retention_spells.slice_id, fct_retention_spells.valid_from as changed_on, 'retention_opening' as measure,
        fct_retention_spells.opening_mrr as change, fct_retention_spells.lookback
    from fct_retention_spells
    union all
    select
        fct_retention_spells.slice_id, fct_retention_spells.valid_to as changed_on, 'retention_opening' as measure,
        -fct_retention_spells.opening_mrr as change, fct_retention_spells.lookback
    from fct_retention_spells
    where fct_retention_spells.valid_to is not null
    union all
    select
        fct_retention_spells.slice_id, fct_retention_spells.valid_from as changed_on, 'retention_kept' as measure,
        fct_retention_spells.kept_mrr as change, fct_retention_spells.lookback
    from fct_retention_spells
    union all
    select
        fct_retention_spells.slice_id, fct_retention_spells.valid_to as changed_on, 'retention_kept' as measure,
        -fct_retention_spells.kept_mrr as change, fct_retention_spells.lookback
    from fct_retention_spells
    where fct_retention_spells.valid_to is not null
    union all
    select
        fct_retention_spells.slice_id, fct_retention_spells.valid_from as changed_on, 'retention_closing' as measure,
        fct_retention_spells.closing_mrr as change, fct_retention_spells.lookback
    from fct_retention_spells
    union all
    select
        fct_retention_spells.slice_id, fct_retention_spells.valid_to as changed_on, 'retention_closing' as measure,
        -fct_retention_spells.closing_mrr as change, fct_retention_spells.lookback
    from fct_retention_spells
    where fct_retention_spells.valid_to is not null
    union all
    select
        fct_trials.slice_id, fct_trials.ended_on as changed_on,
        case when fct_trials.is_converted then 'trial_converted' else 'trial_over' end as measure,
        cast(1 as decimal(38, 6)) as change, cast(null as varchar) as lookback
    from fct_trials
    union all
    -- up for renewal at the boundaries Q with the term's start < Q - look-back <= its end < Q
    select
        fct_ended_terms.slice_id,
        greatest(fct_ended_terms.ended_on, fct_ended_terms.started_on + 364) as changed_on,
        'renewal' as measure, fct_ended_terms.mrr as change, 'week' as lookback
    from fct_ended_terms
    union all
    select
        fct_ended_terms.slice_id, fct_ended_terms.ended_on + 364 as changed_on, 'renewal' as measure,
        -fct_ended_terms.mrr as change, 'week' as lookback
    from fct_ended_terms
    union all
    select
        fct_ended_terms.slice_id,
        greatest(fct_ended_terms.ended_on, cast(fct_ended_terms.started_on + interval 12 month as date)) as changed_on,
        'renewal' as measure, fct_ended_terms.mrr as change, 'year' as lookback
    from fct_ended_terms
    union all
    select
        fct_ended_terms.slice_id, cast(fct_ended_terms.ended_on + interval 12 month as date) as changed_on,
        'renewal' as measure, -fct_ended_terms.mrr as change, 'year' as lookback
    from fct_ended_terms
),

daily as (
    select
        changes.slice_id,
        changes.changed_on,
        changes.measure,
        changes.lookback,
        sum(changes.change) as change,
        count(*) as events
    from changes
    group by changes.slice_id, changes.changed_on, changes.measure, changes.lookback
    -- a move between tiers ends one retention spell and begins another of the same MRR
    having changes.lookback is null or sum(changes.change) <> 0
),

by_day as (
    select
        period_days.grain,
        period_days.period_start,
        daily.slice_id,
        daily.measure,
        coalesce(daily.lookback = '13w', false) as is_13w,
        sum(daily.change) as change,
        sum(daily.change * date_diff('day', daily.changed_on, period_days.period_end)) as change_days,
        sum(daily.events) as events
    from daily
    inner join period_days on daily.changed_on = period_days.day
    where
        daily.lookback is null
        or daily.lookback = '13w'
        or daily.lookback = case when period_days.grain = 'week' then 'week' else 'year' end
    group by
        period_days.grain, period_days.period_start, daily.slice_id, daily.measure,
        coalesce(daily.lookback = '13w', false)
    union all
    select
        fct_customer_moves.grain,
        fct_customer_moves.period_start,
        fct_customer_moves.slice_id,
        concat('endpoint_', fct_customer_moves.kind) as measure,
        false as is_13w,
        cast(count(*) as decimal(38, 6)) as change,
        cast(0 as decimal(38, 6)) as change_days,
        count(*) as events
    from fct_customer_moves
    group by
        fct_customer_moves.grain, fct_customer_moves.period_start, fct_customer_moves.slice_id,
        fct_customer_moves.kind
),

mart_customer_changes as (
    select
        by_day.grain,
        by_day.period_start,
        by_day.slice_id,
        coalesce(sum(by_day.change) filter (where by_day.measure = 'customers'), 0) as customers_change,
        coalesce(sum(by_day.change_days) filter (where by_day.measure = 'customers'), 0) as customer_days_change,
        coalesce(sum(by_day.events) filter (where by_day.measure = 'endpoint_lost'), 0) as lost_customers,
        coalesce(sum(by_day.events) filter (where by_day.measure = 'endpoint_new'), 0) as new_customers,
        coalesce(sum(by_day.events) filter (where by_day.measure = 'endpoint_reactivated'), 0)
            as reactivated_customers,
        coalesce(sum(by_day.events) filter (where by_day.measure = 'churned'), 0) as churn_events,
        coalesce(sum(by_day.events) filter (where by_day.measure = 'new'), 0) as new_events,
        coalesce(sum(by_day.events) filter (where by_day.measure = 'reactivation'), 0) as reactivation_events,
        coalesce(sum(by_day.events) filter (where by_day.measure in ('trial_converted', 'trial_over')), 0)
            as ended_trials,
        coalesce(sum(by_day.events) filter (where by_day.measure = 'trial_converted'), 0) as converted_trials,
        coalesce(sum(by_day.change) filter (where by_day.measure = 'new'), 0) as new_mrr,
        coalesce(sum(by_day.change) filter (where by_day.measure = 'reactivation'), 0) as reactivation_mrr,
        coalesce(sum(by_day.change) filter (where by_day.measure = 'expansion'), 0) as expansion_mrr,
        coalesce(sum(by_day.change) filter (where by_day.measure = 'contraction'), 0) as contraction_mrr,
        coalesce(sum(by_day.change) filter (where by_day.measure = 'churned'), 0) as churned_mrr,
        coalesce(sum(by_day.change) filter (where by_day.measure = 'retention_opening' and not by_day.is_13w), 0)
            as retention_opening_change,
        coalesce(sum(by_day.change) filter (where by_day.measure = 'retention_kept' and not by_day.is_13w), 0)
            as retention_kept_change,
        coalesce(sum(by_day.change) filter (where by_day.measure = 'retention_closing' and not by_day.is_13w), 0)
            as retention_closing_change,
        coalesce(sum(by_day.change) filter (where by_day.measure = 'renewal'), 0) as renewal_change,
        coalesce(sum(by_day.change) filter (where by_day.measure = 'retention_opening' and by_day.is_13w), 0)
            as retention_13w_opening_change,
        coalesce(sum(by_day.change) filter (where by_day.measure = 'retention_kept' and by_day.is_13w), 0)
            as retention_13w_kept_change,
        coalesce(sum(by_day.change) filter (where by_day.measure = 'retention_closing' and by_day.is_13w), 0)
            as retention_13w_closing_change
    from by_day
    group by by_day.grain, by_day.period_start, by_day.slice_id
)

select * from mart_customer_changes
