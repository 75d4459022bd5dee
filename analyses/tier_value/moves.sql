/* One row per step, tier at its start and state at its end (a tier, or churned) with customers: the tier of the
Sunday of from_weeks[n], the state on that of to_weeks[n] (Mondays, lists of the cursor). Inside the scope. */
with steps as (
    select
        unnest(generate_series(1, len(cast(getvariable('from_weeks') as date[])))) as step_number,
        unnest(cast(getvariable('from_weeks') as date[])) as from_week,
        unnest(cast(getvariable('to_weeks') as date[])) as to_week
),

placed as (
    select
        steps.step_number,
        steps.to_week,
        fct_tier_spells.customer_id,
        fct_tier_spells.tier
    from fct_tier_spells
    inner join steps
        on steps.from_week >= fct_tier_spells.valid_from
            and steps.from_week < coalesce(fct_tier_spells.valid_to, date '9999-12-31')
    inner join scoped_slices on fct_tier_spells.slice_id = scoped_slices.slice_id
),

moved as (
    select
        placed.step_number,
        placed.tier as from_state,
        coalesce(fct_tier_spells.tier, 'churned') as to_state
    from placed
    left join fct_tier_spells
        on placed.customer_id = fct_tier_spells.customer_id
            and placed.to_week >= fct_tier_spells.valid_from
            and placed.to_week < coalesce(fct_tier_spells.valid_to, date '9999-12-31')
),

counted as (
    select
        moved.step_number,
        moved.from_state,
        moved.to_state,
        count(*) as customers
    from moved
    group by moved.step_number, moved.from_state, moved.to_state
)

select * from counted
