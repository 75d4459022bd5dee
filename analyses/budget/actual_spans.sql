/* One row per closed period of the grain from starts_on on, and customer: those assigned to the programme from starts_on
on and before the period's end, while they were customers inside the scope, by the arm of their first assignment, whatever
became of it (intention to treat). Who was assigned to both arms on that day counts in neither. Names of programmes are
compared by their letters and digits. level: margin of the period's days since the assignment at the MRR of that day;
earned: margin that came in these days; is_kept: still a customer at the period's end. Variables of the cursor: grain,
starts_on, programme. */
with assigned as (
    select
        programme_members.customer_id,
        programme_members.arm,
        programme_members.assigned_on
    from programme_members
    where
        programme_members.arm is not null
        and programme_members.assigned_on >= cast(getvariable('starts_on') as date)
        and regexp_replace(lower(programme_members.programme), '[^\pL\pN]+', '', 'g')
        = regexp_replace(lower(getvariable('programme')), '[^\pL\pN]+', '', 'g')
    qualify
        programme_members.assigned_on = min(programme_members.assigned_on) over (
            partition by programme_members.customer_id
        )
),

arms as (
    select
        assigned.customer_id,
        any_value(assigned.assigned_on) as boundary,
        any_value(assigned.arm) as arm
    from assigned
    group by assigned.customer_id
    having count(distinct assigned.arm) = 1
),

followed as (
    select
        periods.period_start,
        periods.period_end,
        arms.customer_id,
        arms.arm,
        arms.boundary,
        greatest(arms.boundary, periods.period_start) as from_day,
        scoped_slices.gross_margin * 12 / 365.2425 as margin_a_day
    from arms
    inner join fct_customers on arms.customer_id = fct_customers.customer_id
    inner join scoped_slices on fct_customers.slice_id = scoped_slices.slice_id
    inner join periods
        on periods.grain = getvariable('grain')
            and periods.is_closed
            and periods.period_start >= cast(getvariable('starts_on') as date)
            and arms.boundary < periods.period_end
),

paid as (
    select
        followed.period_start,
        followed.customer_id,
        followed.arm,
        followed.boundary,
        sum(fct_mrr_spells.mrr) filter (
            fct_mrr_spells.valid_from < followed.boundary
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= followed.boundary
        ) * any_value(followed.margin_a_day * (followed.period_end - followed.from_day)) as level,
        sum(fct_mrr_spells.mrr * greatest(
            0,
            least(coalesce(fct_mrr_spells.valid_to, followed.period_end), followed.period_end)
            - greatest(fct_mrr_spells.valid_from, followed.from_day)
        )) * any_value(followed.margin_a_day) as earned,
        bool_or(
            fct_mrr_spells.valid_from < followed.period_end
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= followed.period_end
        ) as is_kept
    from followed
    inner join fct_mrr_spells on followed.customer_id = fct_mrr_spells.customer_id
    group by followed.period_start, followed.customer_id, followed.arm, followed.boundary
)

select
    period_start,
    customer_id,
    arm,
    boundary,
    is_kept,
    -- money has six decimals: without rounding, days that cancel out would leave a difference of 1e-14
    round(level, 6) as level,
    round(earned, 6) as earned
from paid
where level is not null
