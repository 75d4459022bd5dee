/* One row per period of the grain in force and breakdown: the answers of the 91 days before the period's
end, the latest of each respondent to each instrument. */
with scoped as (
    select
        mart_survey_changes.period_start,
        scoped_slices.breakdown,
        sum(columns(mart_survey_changes.* exclude (grain, period_start, slice_id)))
    from mart_survey_changes
    inner join scoped_slices on mart_survey_changes.slice_id = scoped_slices.slice_id
    where mart_survey_changes.grain = coalesce(cast(getvariable('grain') as varchar), 'week')
    group by mart_survey_changes.period_start, scoped_slices.breakdown
),

filled as (
    select
        scoped_periods.grain,
        scoped_periods.period_start,
        scoped_periods.period_end,
        scoped_periods.is_closed,
        scoped_breakdowns.breakdown,
        coalesce(columns(scoped.* exclude (period_start, breakdown)), 0)
    from scoped_periods
    cross join scoped_breakdowns
    left join scoped
        on scoped_periods.period_start = scoped.period_start
            and scoped_breakdowns.breakdown is not distinct from scoped.breakdown
)

select
    filled.grain,
    filled.period_start,
    filled.period_end,
    filled.is_closed,
    filled.breakdown,
    cast(sum(filled.nps_promoters_change) over until_end as bigint) as nps_promoters,
    cast(sum(filled.nps_passives_change) over until_end as bigint) as nps_passives,
    cast(sum(filled.nps_detractors_change) over until_end as bigint) as nps_detractors,
    cast(sum(filled.csat_satisfied_change) over until_end as bigint) as csat_satisfied,
    cast(sum(filled.csat_answers_change) over until_end as bigint) as csat_answers,
    sum(filled.ces_sum_change) over until_end as ces_sum,
    cast(sum(filled.ces_answers_change) over until_end as bigint) as ces_answers
from filled
window until_end as (
    partition by filled.breakdown order by filled.period_start
    rows between unbounded preceding and current row
)
