/* One row per grain, period, slice and tier (or 'none') in which something changed for the customers who were in
that tier at the start: of the period (customers and losses) or of the retention window (MRR). */
with changes as (
    select
        fct_tiered_steps.slice_id, fct_tiered_steps.tier, fct_tiered_steps.changed_on,
        cast(null as varchar) as lookback, 1 as customers, 0 as opening_mrr, 0 as kept_mrr, 0 as closing_mrr
    from fct_tiered_steps
    where fct_tiered_steps.mrr > 0
    union all
    select
        fct_tiered_steps.slice_id, fct_tiered_steps.tier, fct_tiered_steps.next_changed_on as changed_on,
        cast(null as varchar) as lookback, -1 as customers, 0 as opening_mrr, 0 as kept_mrr, 0 as closing_mrr
    from fct_tiered_steps
    where fct_tiered_steps.mrr > 0 and fct_tiered_steps.next_changed_on is not null
    union all
    select
        fct_retention_spells.slice_id, fct_retention_spells.tier, fct_retention_spells.valid_from as changed_on,
        fct_retention_spells.lookback, 0 as customers, fct_retention_spells.opening_mrr,
        fct_retention_spells.kept_mrr, fct_retention_spells.closing_mrr
    from fct_retention_spells
    union all
    select
        fct_retention_spells.slice_id, fct_retention_spells.tier, fct_retention_spells.valid_to as changed_on,
        fct_retention_spells.lookback, 0 as customers, -fct_retention_spells.opening_mrr as opening_mrr,
        -fct_retention_spells.kept_mrr as kept_mrr, -fct_retention_spells.closing_mrr as closing_mrr
    from fct_retention_spells
    where fct_retention_spells.valid_to is not null
),

daily as (
    select
        changes.slice_id,
        changes.tier,
        changes.changed_on,
        changes.lookback,
        sum(changes.customers) as customers_change,
        sum(changes.opening_mrr) as retention_opening_change,
        sum(changes.kept_mrr) as retention_kept_change,
        sum(changes.closing_mrr) as retention_closing_change
    from changes
    group by changes.slice_id, changes.tier, changes.changed_on, changes.lookback
),

by_period as (
    select
        period_days.grain, period_days.period_start, daily.slice_id, daily.tier,
        daily.customers_change, 0 as lost_customers, daily.retention_opening_change,
        daily.retention_kept_change, daily.retention_closing_change
    from daily
    inner join period_days on daily.changed_on = period_days.day
    where
        daily.lookback is null
        or daily.lookback = case when period_days.grain = 'week' then 'week' else 'year' end
    union all
    select
        fct_customer_moves.grain, fct_customer_moves.period_start, fct_customer_moves.slice_id, fct_tiered_steps.tier,
        0 as customers_change, 1 as lost_customers, 0 as retention_opening_change,
        0 as retention_kept_change, 0 as retention_closing_change
    from fct_customer_moves
    inner join fct_tiered_steps
        on fct_customer_moves.customer_id = fct_tiered_steps.customer_id
            and fct_tiered_steps.changed_on < fct_customer_moves.period_start
            and coalesce(fct_tiered_steps.next_changed_on, date '9999-12-31') >= fct_customer_moves.period_start
    where fct_customer_moves.kind = 'lost'
),

mart_tier_outcomes as (
    select
        by_period.grain,
        by_period.period_start,
        by_period.slice_id,
        by_period.tier,
        sum(by_period.customers_change) as customers_change,
        sum(by_period.lost_customers) as lost_customers,
        sum(by_period.retention_opening_change) as retention_opening_change,
        sum(by_period.retention_kept_change) as retention_kept_change,
        sum(by_period.retention_closing_change) as retention_closing_change
    from by_period
    group by by_period.grain, by_period.period_start, by_period.slice_id, by_period.tier
)

select * from mart_tier_outcomes
