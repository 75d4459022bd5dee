/* One row per programme with both arms, arm, and horizon of 26 or 52 weeks: those assigned to it while they were
customers inside the scope, by the arm of their first assignment, whatever became of it (intention to treat). Who was
assigned to both arms on that day counts in neither. Where the variable standings has a list, only those who stood so
on the Sunday before that day: a tier, or silent (neutral without evidence that counts). Only those whose horizon ends
before until, a Monday and variable of the cursor. level: margin of the horizon at the MRR of the day of assignment; after: margin that came, by the day;
changed_by, deviation: of after less level. kept: still customers; for_us: loyal or advocate on the last Sunday. */
with assigned as (
    select
        programme_members.programme,
        programme_members.customer_id,
        programme_members.arm,
        programme_members.assigned_on
    from programme_members
    where programme_members.arm is not null
    qualify
        programme_members.assigned_on = min(programme_members.assigned_on) over (
            partition by programme_members.programme, programme_members.customer_id
        )
),

arms as (
    select
        assigned.programme,
        assigned.customer_id,
        any_value(assigned.assigned_on) as boundary,
        any_value(assigned.arm) as arm
    from assigned
    group by assigned.programme, assigned.customer_id
    having count(distinct assigned.arm) = 1
),

standing_arms as (
    select
        arms.*,
        case
            when fct_tier_spells.tier = 'neutral' and fct_tier_spells.evidence_status in ('weak', 'expired', 'never')
                then 'silent'
            else fct_tier_spells.tier
        end as standing
    from arms
    left join fct_tier_spells
        on arms.customer_id = fct_tier_spells.customer_id
            and cast(date_trunc('week', arms.boundary) as date) - 7 >= fct_tier_spells.valid_from
            and cast(date_trunc('week', arms.boundary) as date) - 7
            < coalesce(fct_tier_spells.valid_to, date '9999-12-31')
),

horizons as (
    select unnest([26, 52]) as weeks
),

followed as (
    select
        standing_arms.programme,
        standing_arms.customer_id,
        standing_arms.arm,
        standing_arms.boundary,
        horizons.weeks,
        cast(standing_arms.boundary + 7 * horizons.weeks as date) as end_boundary,
        scoped_slices.gross_margin * 12 / 365.2425 as margin_a_day
    from standing_arms
    inner join fct_customers on standing_arms.customer_id = fct_customers.customer_id
    inner join scoped_slices on fct_customers.slice_id = scoped_slices.slice_id
    cross join horizons
    where
        standing_arms.boundary + 7 * horizons.weeks <= cast(getvariable('until') as date)
        and (
            getvariable('standings') is null
            or list_contains(cast(getvariable('standings') as varchar[]), standing_arms.standing)
        )
),

paid as (
    select
        followed.programme,
        followed.customer_id,
        followed.arm,
        followed.weeks,
        followed.end_boundary,
        sum(fct_mrr_spells.mrr) filter (
            fct_mrr_spells.valid_from < followed.boundary
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= followed.boundary
        ) * any_value(followed.margin_a_day) * 7 * followed.weeks as level,
        sum(fct_mrr_spells.mrr * greatest(
            0,
            least(coalesce(fct_mrr_spells.valid_to, followed.end_boundary), followed.end_boundary)
            - greatest(fct_mrr_spells.valid_from, followed.boundary)
        )) * any_value(followed.margin_a_day) as after,
        bool_or(
            fct_mrr_spells.valid_from < followed.end_boundary
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= followed.end_boundary
        ) as is_kept
    from followed
    inner join fct_mrr_spells on followed.customer_id = fct_mrr_spells.customer_id
    group by followed.programme, followed.customer_id, followed.arm, followed.weeks, followed.end_boundary
),

placed as (
    select
        paid.*,
        coalesce(fct_tier_spells.tier in ('loyal', 'advocate'), false) as is_for_us
    from paid
    left join fct_tier_spells
        on paid.customer_id = fct_tier_spells.customer_id
            and cast(date_trunc('week', paid.end_boundary) as date) - 7 >= fct_tier_spells.valid_from
            and cast(date_trunc('week', paid.end_boundary) as date) - 7
            < coalesce(fct_tier_spells.valid_to, date '9999-12-31')
    where paid.level is not null
),

summed as (
    select
        placed.programme,
        placed.weeks,
        placed.arm,
        count(*) as customers,
        avg(placed.level) as level,
        avg(placed.after) as after,
        avg(placed.after - placed.level) as changed_by,
        stddev_samp(placed.after - placed.level) as deviation,
        count(*) filter (placed.is_kept) as kept,
        count(*) filter (placed.is_for_us) as for_us
    from placed
    group by placed.programme, placed.weeks, placed.arm
)

select *
from summed
qualify count(*) over (partition by programme, weeks) = 2
order by programme asc, weeks desc, arm desc
