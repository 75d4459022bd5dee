/* One row per customer, look-back and unbroken time in which its part in a retention rate stays the same, by the
tier of then. A boundary Q compares MRR at Q with MRR 364 days earlier (lookback 'week'), a calendar year earlier
(lookback 'year') or 91 days earlier (lookback '13w', without tiers), for those who had any: opening = the earlier
MRR, kept = the smaller of the two, closing = the later MRR. It holds at the boundaries valid_from < Q <= valid_to;
null = running. */
with lookbacks as (
    select 'week' as lookback
    union all
    select 'year' as lookback
    union all
    select '13w' as lookback
),

earlier as (
    select
        fct_tiered_steps.customer_id, fct_tiered_steps.slice_id, lookbacks.lookback, fct_tiered_steps.changed_on,
        fct_tiered_steps.next_changed_on, fct_tiered_steps.tier, fct_tiered_steps.mrr
    from fct_tiered_steps
    cross join lookbacks
    where lookbacks.lookback <> '13w'
    union all
    select
        fct_mrr_steps.customer_id, fct_mrr_steps.slice_id, '13w' as lookback, fct_mrr_steps.changed_on,
        fct_mrr_steps.next_changed_on, cast(null as varchar) as tier, fct_mrr_steps.mrr_after as mrr
    from fct_mrr_steps
),

shifted as (
    select
        earlier.customer_id,
        earlier.slice_id,
        earlier.lookback,
        case earlier.lookback
            when 'week' then earlier.changed_on + 364
            when '13w' then earlier.changed_on + 91
            else cast(earlier.changed_on + interval 12 month as date)
        end as changed_on,
        case earlier.lookback
            when 'week' then earlier.next_changed_on + 364
            when '13w' then earlier.next_changed_on + 91
            else cast(earlier.next_changed_on + interval 12 month as date)
        end as next_changed_on,
        earlier.tier,
        earlier.mrr as mrr_then
    from earlier
),

days as (
    select
        shifted.customer_id, shifted.slice_id, shifted.lookback, shifted.changed_on,
        shifted.tier, shifted.mrr_then, cast(null as decimal(38, 6)) as mrr_now
    from shifted
    cross join build_info
    where
        shifted.changed_on <= build_info.as_of
        -- 28 and 29 February fall on one day a year later: the later one holds
        and (shifted.next_changed_on is null or shifted.next_changed_on > shifted.changed_on)
    union all
    select
        fct_mrr_steps.customer_id, fct_mrr_steps.slice_id, lookbacks.lookback, fct_mrr_steps.changed_on,
        cast(null as varchar) as tier, cast(null as decimal(38, 6)) as mrr_then, fct_mrr_steps.mrr_after as mrr_now
    from fct_mrr_steps
    cross join lookbacks
),

changes as (
    select
        days.customer_id,
        days.slice_id,
        days.lookback,
        days.changed_on,
        max(days.tier) as tier,
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
        lead(changes.changed_on) over (
            partition by changes.customer_id, changes.lookback order by changes.changed_on
        ) as next_changed_on,
        last_value(changes.tier ignore nulls) over until_day as tier,
        coalesce(last_value(changes.mrr_then ignore nulls) over until_day, 0) as mrr_then,
        coalesce(last_value(changes.mrr_now ignore nulls) over until_day, 0) as mrr_now
    from changes
    window until_day as (
        partition by changes.customer_id, changes.lookback order by changes.changed_on
        rows between unbounded preceding and current row
    )
),

fct_retention_spells as (
    select
        states.slice_id,
        states.lookback,
        states.tier,
        states.changed_on as valid_from,
        states.next_changed_on as valid_to,
        states.mrr_then as opening_mrr,
        least(states.mrr_then, states.mrr_now) as kept_mrr,
        states.mrr_now as closing_mrr
    from states
    where states.mrr_then > 0
)

select * from fct_retention_spells
