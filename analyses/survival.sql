/* When the spells of each group began to be watched and left: one row per group (null = all) and day of tenure,
with how many entered, ended and left (ended or cut off) on it. Left truncation: a spell that began before the
records did is watched only from the tenure it had then, since those that had ended by then are not in the export.
$until is the boundary up to which is looked, exclusive. $by names the groups: a grain for cohorts by start, tier for
the tier at entry, else the breakdown of the cursor. $known_only leaves out the spells that begin on the first paid
day of the data, which may be older. */
with tenures as (
    select
        case
            when $by = 'tier' then survival_spells.entry_tier
            when cohorts.period_start is not null then cast(cohorts.period_start as varchar)
            else coalesce(survival_spells.breakdown, 'unknown')
        end as group_name,
        survival_spells.watched_from - survival_spells.started_on as entered_on_day,
        least(coalesce(survival_spells.ended_on, $until), $until) - survival_spells.started_on as left_on_day,
        -- a spell that ends on the boundary or later is cut off there
        coalesce(survival_spells.ended_on < $until, false) as has_ended,
        survival_spells.spells
    from survival_spells
    left join periods as cohorts
        on cohorts.grain = $by
            and survival_spells.started_on >= cohorts.period_start
            and survival_spells.started_on < cohorts.period_end
    where
        survival_spells.started_on < $until
        and (
            not $known_only
            or survival_spells.started_on is distinct from (select data_bounds.first_paid_on from data_bounds)
        )
),

changes as (
    select
        tenures.group_name,
        tenures.entered_on_day as tenure_days,
        tenures.spells as entered,
        0 as ended,
        0 as gone
    from tenures
    where tenures.left_on_day > tenures.entered_on_day
    union all
    select
        tenures.group_name,
        tenures.left_on_day as tenure_days,
        0 as entered,
        case when tenures.has_ended then tenures.spells else 0 end as ended,
        tenures.spells as gone
    from tenures
    where tenures.left_on_day > tenures.entered_on_day
),

by_day as (
    select
        changes.group_name,
        changes.tenure_days,
        cast(sum(changes.entered) as bigint) as entered,
        cast(sum(changes.ended) as bigint) as ended,
        cast(sum(changes.gone) as bigint) as gone
    from changes
    group by grouping sets ((changes.group_name, changes.tenure_days), (changes.tenure_days))
)

select * from by_day
order by group_name nulls first, tenure_days
