/* One row per customer and fiscal quarter, in the columns that matched.sql of analyses/tier_value reads, of those who
stood so (the list standings, a variable of the cursor: a tier, or silent) on the Sunday of one week of the quarter, drawn
by the hash of their id. has_risen and has_acted: somebody of ours met or called them in the 28 days after; the others: no
conversation in these days. Neither kind: none in the 28 days before. What came is counted from the end of the
28 days, at which both kinds are customers, unbroken for 26 weeks: so nobody is picked by what came of it. At least 26
weeks follow, all before until, a Monday and variable of the cursor. A customer is spoken with once, the first time;
afterwards it is compared with nobody. early, late: margin of the first and second 13 weeks before; after_1 to after_4: of
the 13 weeks after, by the day (MRR x 12 / 365.2425), 0 once a customer has left, null where not all is known. */
with calendar as (
    select
        weeks.period_start as week_start,
        weeks.period_end as boundary,
        weeks.period_end + 28 as begins_on,
        quarters.period_start as quarter,
        row_number() over (partition by quarters.period_start order by weeks.period_start) - 1 as place,
        count(*) over (partition by quarters.period_start) as weeks
    from periods as weeks
    inner join periods as quarters
        on weeks.period_end - 1 >= quarters.period_start and weeks.period_end - 1 < quarters.period_end
    where weeks.grain = 'week' and quarters.grain = 'quarter'
),

index_weeks as (
    select calendar.*
    from calendar
    cross join data_bounds
    where
        calendar.begins_on - 182 >= data_bounds.first_paid_on
        and calendar.begins_on + 182 <= cast(getvariable('until') as date)
),

standings as (
    select
        fct_tier_spells.customer_id,
        fct_tier_spells.valid_from,
        coalesce(fct_tier_spells.valid_to, date '9999-12-31') as valid_to,
        case
            when fct_tier_spells.tier = 'neutral' and fct_tier_spells.evidence_status in ('weak', 'expired', 'never')
                then 'silent'
            else fct_tier_spells.tier
        end as standing
    from fct_tier_spells
),

stood as (
    select
        standings.customer_id,
        standings.standing,
        index_weeks.*
    from standings
    inner join index_weeks
        on standings.valid_from <= index_weeks.week_start and index_weeks.week_start < standings.valid_to
    where
        list_contains(cast(getvariable('standings') as varchar[]), standings.standing)
        and md5_number_lower(concat(standings.customer_id, index_weeks.quarter)) % index_weeks.weeks = index_weeks.place
),

candidates as (
    select
        stood.*,
        fct_activity_spells.valid_from as stayed_from,
        fct_customers.segment,
        slices.gross_margin * 12 / 365.2425 as margin_a_day
    from stood
    inner join fct_activity_spells
        on stood.customer_id = fct_activity_spells.customer_id
            and stood.begins_on - 182 >= fct_activity_spells.valid_from
            and stood.begins_on <= coalesce(fct_activity_spells.valid_to, date '9999-12-31')
    inner join fct_customers on stood.customer_id = fct_customers.customer_id
    inner join slices on fct_customers.slice_id = slices.slice_id
),

spoken as (
    select
        candidates.customer_id,
        candidates.week_start,
        bool_or(activities.occurred_on < candidates.boundary) as was_before,
        bool_or(
            activities.occurred_on >= candidates.boundary
            and (activities.kind = 'meeting' or activities.direction is distinct from 'inbound')
        ) as was_ours
    from candidates
    inner join activities
        on candidates.customer_id = activities.customer_id
            and activities.kind in ('call', 'meeting')
            and activities.occurred_on >= candidates.boundary - 28
            and activities.occurred_on < candidates.begins_on
    group by candidates.customer_id, candidates.week_start
),

compared as (
    select
        candidates.*,
        coalesce(spoken.was_ours, false) as is_spoken
    from candidates
    left join spoken on candidates.customer_id = spoken.customer_id and candidates.week_start = spoken.week_start
    where spoken.customer_id is null or (spoken.was_ours and not spoken.was_before)
),

-- days counted from the end of the 28: paid from, and the first day not paid for
paid as (
    select
        compared.*,
        fct_mrr_spells.mrr,
        fct_mrr_spells.valid_from - compared.begins_on as paid_from,
        coalesce(fct_mrr_spells.valid_to, date '9999-12-31') - compared.begins_on as paid_to
    from compared
    inner join fct_mrr_spells on compared.customer_id = fct_mrr_spells.customer_id
),

earned as (
    select
        paid.customer_id,
        paid.week_start,
        any_value(paid.begins_on) as begins_on,
        any_value(paid.is_spoken) as is_spoken,
        any_value(paid.stayed_from) as stayed_from,
        any_value(paid.segment) as segment,
        any_value(paid.standing) as standing,
        any_value(paid.quarter) as quarter,
        any_value(paid.margin_a_day) as margin_a_day,
        any_value(paid.mrr) filter (paid.paid_from < 0 and paid.paid_to >= 0) as mrr_now,
        sum(paid.mrr * greatest(0, least(paid.paid_to, -91) - greatest(paid.paid_from, -182))) as early,
        sum(paid.mrr * greatest(0, least(paid.paid_to, 0) - greatest(paid.paid_from, -91))) as late,
        sum(paid.mrr * greatest(0, least(paid.paid_to, 91) - greatest(paid.paid_from, 0))) as after_1,
        sum(paid.mrr * greatest(0, least(paid.paid_to, 182) - greatest(paid.paid_from, 91))) as after_2,
        sum(paid.mrr * greatest(0, least(paid.paid_to, 273) - greatest(paid.paid_from, 182))) as after_3,
        sum(paid.mrr * greatest(0, least(paid.paid_to, 364) - greatest(paid.paid_from, 273))) as after_4,
        bool_or(paid.paid_from < 182 and paid.paid_to >= 182) as is_kept_26,
        bool_or(paid.paid_from < 364 and paid.paid_to >= 364) as is_kept_52
    from paid
    group by paid.customer_id, paid.week_start
),

ordered as (
    select
        earned.*,
        min(earned.week_start) filter (earned.is_spoken) over (partition by earned.customer_id) as spoken_week,
        earned.begins_on + 364 <= cast(getvariable('until') as date) as has_year
    from earned
)

select
    ordered.customer_id,
    ordered.is_spoken as has_risen,
    ordered.is_spoken as has_acted,
    concat_ws(
        ' | ',
        ordered.segment,
        ordered.standing,
        ordered.quarter,
        least(2, date_diff('day', ordered.stayed_from, ordered.begins_on) // 364),
        -- bands of MRR, each up to 1.41 times the one below
        cast(floor(2 * log2(ordered.mrr_now)) as integer)
    ) as stratum,
    ordered.margin_a_day * ordered.early as early,
    ordered.margin_a_day * ordered.late as late,
    ordered.margin_a_day * ordered.after_1 as after_1,
    ordered.margin_a_day * ordered.after_2 as after_2,
    case when ordered.has_year then ordered.margin_a_day * ordered.after_3 end as after_3,
    case when ordered.has_year then ordered.margin_a_day * ordered.after_4 end as after_4,
    ordered.is_kept_26,
    case when ordered.has_year then ordered.is_kept_52 end as is_kept_52
from ordered
where
    (ordered.is_spoken and ordered.week_start = ordered.spoken_week)
    or (not ordered.is_spoken and (ordered.spoken_week is null or ordered.week_start < ordered.spoken_week))
