/* One row per customer, look-back and day on which its part in a retention rate changes, with the change.
A boundary Q compares MRR at Q with MRR 364 days earlier (lookback 'week') or a calendar year earlier
(lookback 'year'): opening = the earlier MRR, kept = the smaller of the two, closing = the later MRR of those
who had any earlier. All three are step functions of Q, so their changes sum to them. */
with lookbacks as (
    select 'week' as lookback
    union all
    select 'year' as lookback
),

shifted as (
    select
        fct_mrr_steps.customer_id,
        fct_mrr_steps.slice_id,
        lookbacks.lookback,
        fct_mrr_steps.changed_on as original_on,
        case when lookbacks.lookback = 'week' then fct_mrr_steps.changed_on + 364
            else cast(fct_mrr_steps.changed_on + interval 12 month as date)
        end as changed_on,
        fct_mrr_steps.mrr_after as mrr_then
    from fct_mrr_steps
    cross join lookbacks
),

days as (
    -- 28 and 29 February fall on one day a year later: the later one holds
    select
        shifted.customer_id, shifted.slice_id, shifted.lookback, shifted.changed_on,
        shifted.mrr_then, cast(null as decimal(38, 6)) as mrr_now
    from shifted
    qualify row_number() over (
            partition by shifted.customer_id, shifted.lookback, shifted.changed_on order by shifted.original_on desc
        ) = 1
    union all
    select
        fct_mrr_steps.customer_id, fct_mrr_steps.slice_id, lookbacks.lookback, fct_mrr_steps.changed_on,
        cast(null as decimal(38, 6)) as mrr_then, fct_mrr_steps.mrr_after as mrr_now
    from fct_mrr_steps
    cross join lookbacks
),

changes as (
    select
        days.customer_id,
        days.slice_id,
        days.lookback,
        days.changed_on,
        max(days.mrr_then) as mrr_then,
        max(days.mrr_now) as mrr_now
    from days
    group by days.customer_id, days.slice_id, days.lookback, days.changed_on
),

states as (
    select
        changes.customer_id,
        changes.slice_id,
        changes.lookback,
        changes.changed_on,
        coalesce(last_value(changes.mrr_then ignore nulls) over customer_days, 0) as mrr_then,
        coalesce(last_value(changes.mrr_now ignore nulls) over customer_days, 0) as mrr_now
    from changes
    window customer_days as (
        partition by changes.customer_id, changes.lookback order by changes.changed_on
        rows between unbounded preceding and current row
    )
),

measures as (
    select
        states.customer_id,
        states.slice_id,
        states.lookback,
        states.changed_on,
        states.mrr_then as opening_mrr,
        least(states.mrr_then, states.mrr_now) as kept_mrr,
        case when states.mrr_then > 0 then states.mrr_now else 0 end as closing_mrr
    from states
),

fct_retention_steps as (
    select
        measures.customer_id,
        measures.slice_id,
        measures.lookback,
        measures.changed_on,
        measures.opening_mrr - coalesce(lag(measures.opening_mrr) over customer_days, 0) as opening_change,
        measures.kept_mrr - coalesce(lag(measures.kept_mrr) over customer_days, 0) as kept_change,
        measures.closing_mrr - coalesce(lag(measures.closing_mrr) over customer_days, 0) as closing_change
    from measures
    window customer_days as (
        partition by measures.customer_id, measures.lookback order by measures.changed_on
    )
)

select * from fct_retention_steps
