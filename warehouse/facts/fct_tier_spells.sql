/* One row per customer and unbroken time in one published tier, raw tier and rule, in weeks: [valid_from,
valid_to) are Mondays, null = running. The published tier follows the raw one slowly (docs/tiers.md), in
window functions: each of the four steps between tiers is up, down or as it was the week before.
A raw spell needs a row for its first weeks only; later the published tier cannot differ from it. */
with raw_spells as (
    select
        fct_raw_tiers.customer_id,
        fct_raw_tiers.run_number,
        fct_raw_tiers.valid_from,
        fct_raw_tiers.valid_to,
        fct_raw_tiers.rule,
        fct_raw_tiers.tier_rank,
        fct_raw_tiers.evidence_status,
        lag(fct_raw_tiers.tier_rank) over (
            partition by fct_raw_tiers.customer_id, fct_raw_tiers.run_number order by fct_raw_tiers.valid_from
        ) as tier_rank_before,
        -- the last week before this spell in which the raw tier was actively dissatisfied
        max(case when fct_raw_tiers.tier_rank = 1 then fct_raw_tiers.valid_to end) over (
            partition by fct_raw_tiers.customer_id, fct_raw_tiers.run_number order by fct_raw_tiers.valid_from
            rows between unbounded preceding and 1 preceding
        ) - 7 as last_angry_week
    from fct_raw_tiers
),

week_numbers as (
    select cast(unnest(generate_series(0, greatest(1, settings.hold_weeks - 1))) as integer) as week_number
    from settings
),

week_rows as (
    select
        raw_spells.customer_id,
        raw_spells.run_number,
        raw_spells.valid_from + 7 * week_numbers.week_number as week_start,
        raw_spells.valid_to,
        raw_spells.rule,
        raw_spells.tier_rank,
        raw_spells.evidence_status,
        raw_spells.tier_rank = 1
        or coalesce(
            raw_spells.last_angry_week
            >= raw_spells.valid_from + 7 * week_numbers.week_number - 7 * (settings.hold_weeks - 1),
            false
        ) as is_held,
        case when week_numbers.week_number = 0
                then least(raw_spells.tier_rank, coalesce(raw_spells.tier_rank_before, raw_spells.tier_rank))
            else raw_spells.tier_rank
        end as lowest,
        case when week_numbers.week_number = 0
                then greatest(raw_spells.tier_rank, coalesce(raw_spells.tier_rank_before, raw_spells.tier_rank))
            else raw_spells.tier_rank
        end as highest
    from raw_spells
    cross join week_numbers
    cross join settings
    cross join build_info
    where
        raw_spells.valid_from + 7 * week_numbers.week_number < coalesce(
            raw_spells.valid_to, cast(date_trunc('week', build_info.as_of + 1) as date)
        )
),

steps as (
    select
        week_rows.*,
        case when week_rows.is_held then 0 when week_rows.lowest >= 2 then 1 when week_rows.highest < 2 then 0
        end as step_2,
        case when week_rows.is_held then 0 when week_rows.lowest >= 3 then 1 when week_rows.highest < 3 then 0
        end as step_3,
        case when week_rows.is_held then 0 when week_rows.lowest >= 4 then 1 when week_rows.highest < 4 then 0
        end as step_4,
        case when week_rows.is_held then 0 when week_rows.lowest >= 5 then 1 when week_rows.highest < 5 then 0
        end as step_5
    from week_rows
),

published as (
    select
        steps.customer_id,
        steps.run_number,
        steps.week_start,
        steps.valid_to,
        steps.rule,
        steps.tier_rank as raw_tier_rank,
        steps.evidence_status,
        1
        + last_value(steps.step_2 ignore nulls) over run_weeks
        + last_value(steps.step_3 ignore nulls) over run_weeks
        + last_value(steps.step_4 ignore nulls) over run_weeks
        + last_value(steps.step_5 ignore nulls) over run_weeks as tier_rank
    from steps
    window run_weeks as (
        partition by steps.customer_id, steps.run_number order by steps.week_start
        rows between unbounded preceding and current row
    )
),

compared as (
    select
        published.*,
        case
            when lag(published.tier_rank) over run_weeks = published.tier_rank
                and lag(published.rule) over run_weeks = published.rule
                and lag(published.evidence_status) over run_weeks = published.evidence_status
                then 0
            else 1
        end as is_new
    from published
    window run_weeks as (
        partition by published.customer_id, published.run_number order by published.week_start
    )
),

run_ends as (
    select
        fct_raw_tiers.customer_id,
        fct_raw_tiers.run_number,
        case when count(*) = count(fct_raw_tiers.valid_to) then max(fct_raw_tiers.valid_to) end as ended_week
    from fct_raw_tiers
    group by fct_raw_tiers.customer_id, fct_raw_tiers.run_number
),

tier_names as (
    select 1 as tier_rank, 'actively_dissatisfied' as tier
    union all
    select 2 as tier_rank, 'dissatisfied' as tier
    union all
    select 3 as tier_rank, 'neutral' as tier
    union all
    select 4 as tier_rank, 'loyal' as tier
    union all
    select 5 as tier_rank, 'advocate' as tier
),

fct_tier_spells as (
    select
        compared.customer_id,
        fct_customers.slice_id,
        compared.run_number,
        compared.week_start as valid_from,
        coalesce(
            lead(compared.week_start) over (
                partition by compared.customer_id, compared.run_number order by compared.week_start
            ),
            run_ends.ended_week
        ) as valid_to,
        tier_names.tier,
        compared.tier_rank,
        raw_names.tier as raw_tier,
        compared.rule,
        compared.evidence_status
    from compared
    inner join run_ends
        on compared.customer_id = run_ends.customer_id and compared.run_number = run_ends.run_number
    inner join tier_names on compared.tier_rank = tier_names.tier_rank
    inner join tier_names as raw_names on compared.raw_tier_rank = raw_names.tier_rank
    inner join fct_customers on compared.customer_id = fct_customers.customer_id
    where compared.is_new = 1
)

select * from fct_tier_spells
