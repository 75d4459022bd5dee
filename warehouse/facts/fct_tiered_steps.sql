/* One row per customer and day on which its MRR or its tier changes as a boundary date sees them: from the next
day on, the MRR just before the boundary and the tier of the last Sunday before it ('none' without one). */
with neighbours as (
    select
        fct_tier_spells.customer_id,
        fct_tier_spells.slice_id,
        fct_tier_spells.valid_from,
        fct_tier_spells.valid_to,
        fct_tier_spells.tier,
        lag(fct_tier_spells.tier) over customer_weeks as tier_before,
        lag(fct_tier_spells.valid_to) over customer_weeks as ended_before,
        lead(fct_tier_spells.valid_from) over customer_weeks as next_from
    from fct_tier_spells
    window customer_weeks as (
        partition by fct_tier_spells.customer_id order by fct_tier_spells.valid_from
    )
),

-- a spell begins with the tier at the end of its first Sunday, six days after its Monday
changes as (
    select
        neighbours.customer_id, neighbours.slice_id, neighbours.valid_from + 6 as changed_on,
        neighbours.tier, cast(null as decimal(38, 6)) as mrr
    from neighbours
    where
        neighbours.ended_before is null
        or neighbours.ended_before < neighbours.valid_from
        or neighbours.tier_before <> neighbours.tier
    union all
    select
        neighbours.customer_id, neighbours.slice_id, neighbours.valid_to + 6 as changed_on,
        'none' as tier, cast(null as decimal(38, 6)) as mrr
    from neighbours
    where
        neighbours.valid_to is not null
        and (neighbours.next_from is null or neighbours.next_from > neighbours.valid_to)
    union all
    select
        fct_mrr_steps.customer_id, fct_mrr_steps.slice_id, fct_mrr_steps.changed_on,
        cast(null as varchar) as tier, fct_mrr_steps.mrr_after as mrr
    from fct_mrr_steps
),

days as (
    select
        changes.customer_id,
        changes.slice_id,
        changes.changed_on,
        max(changes.tier) as tier,
        max(changes.mrr) as mrr
    from changes
    group by changes.customer_id, changes.slice_id, changes.changed_on
),

fct_tiered_steps as (
    select
        days.customer_id,
        days.slice_id,
        days.changed_on,
        coalesce(last_value(days.tier ignore nulls) over until_day, 'none') as tier,
        coalesce(last_value(days.mrr ignore nulls) over until_day, 0) as mrr,
        lead(days.changed_on) over (partition by days.customer_id order by days.changed_on) as next_changed_on
    from days
    window until_day as (
        partition by days.customer_id order by days.changed_on
        rows between unbounded preceding and current row
    )
)

select * from fct_tiered_steps
