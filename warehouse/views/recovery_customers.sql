/* One row per customer of the scope, quarter in which it became actively dissatisfied, and horizon of 13, 26 or 52
weeks: where it stood exactly that many weeks after. A customer counts once a quarter, from its first entry; to be
actively dissatisfied from the start is an entry. What came after closing_week, a Monday and variable of the cursor,
is not known. later_state is a tier, churned, or expired: neutral or better only because evidence ran out, by the
weekly move that took it there; null until the whole quarter is old enough, at the end of complete_week. */
with angry_spells as (
    select
        fct_tier_spells.customer_id,
        fct_tier_spells.slice_id,
        fct_tier_spells.valid_from,
        fct_tier_spells.tier,
        lag(fct_tier_spells.tier) over customer_spells as tier_before,
        lag(fct_tier_spells.valid_to) over customer_spells as ended_before
    from fct_tier_spells
    window customer_spells as (partition by fct_tier_spells.customer_id order by fct_tier_spells.valid_from)
),

entries as (
    select
        periods.period_start as quarter,
        cast(date_trunc('week', periods.period_end) as date) - 7 as last_week,
        angry_spells.customer_id,
        min(angry_spells.valid_from) as entered_week
    from angry_spells
    inner join scoped_slices on angry_spells.slice_id = scoped_slices.slice_id
    inner join periods
        on angry_spells.valid_from + 6 >= periods.period_start
            and angry_spells.valid_from + 6 < periods.period_end
    where
        periods.grain = 'quarter'
        and angry_spells.tier = 'actively_dissatisfied'
        and (
            angry_spells.tier_before is distinct from angry_spells.tier
            or angry_spells.ended_before < angry_spells.valid_from
        )
        and angry_spells.valid_from <= cast(getvariable('closing_week') as date)
    group by periods.period_start, periods.period_end, angry_spells.customer_id
),

horizons as (
    select unnest([13, 26, 52]) as weeks
),

later as (
    select
        entries.customer_id,
        entries.quarter,
        entries.entered_week,
        horizons.weeks,
        entries.entered_week + cast(7 * horizons.weeks as integer) as later_week,
        entries.last_week + cast(7 * horizons.weeks as integer) as complete_week
    from entries
    cross join horizons
),

crossings as (
    select
        later.customer_id,
        later.quarter,
        later.weeks,
        max_by(fct_tier_moves.is_expired, fct_tier_moves.period_start) as is_expired
    from later
    inner join fct_tier_moves
        on later.customer_id = fct_tier_moves.customer_id
            and fct_tier_moves.period_start > later.entered_week
            and fct_tier_moves.period_start <= later.later_week
    where
        fct_tier_moves.grain = 'week'
        and fct_tier_moves.to_state in ('neutral', 'loyal', 'advocate')
        and fct_tier_moves.from_state not in ('neutral', 'loyal', 'advocate')
    group by later.customer_id, later.quarter, later.weeks
)

select
    later.customer_id,
    later.quarter,
    later.entered_week,
    later.weeks,
    later.complete_week,
    case
        when later.complete_week > cast(getvariable('closing_week') as date) then null
        when fct_tier_spells.tier is null then 'churned'
        when fct_tier_spells.tier in ('neutral', 'loyal', 'advocate') and coalesce(crossings.is_expired, false)
            then 'expired'
        else fct_tier_spells.tier
    end as later_state
from later
left join fct_tier_spells
    on later.customer_id = fct_tier_spells.customer_id
        and later.later_week >= fct_tier_spells.valid_from
        and later.later_week < coalesce(fct_tier_spells.valid_to, date '9999-12-31')
left join crossings
    on later.customer_id = crossings.customer_id
        and later.quarter = crossings.quarter
        and later.weeks = crossings.weeks
