/* One row per grain, period and slice in which the answers of the last 91 days changed. A respondent counts
by its latest answer to an instrument: it enters on the day of the answer and leaves 91 days later or on the
day of the next answer. */
with latest as (
    select
        fct_answers.slice_id,
        fct_answers.instrument,
        fct_answers.answer_class,
        fct_answers.score,
        fct_answers.responded_on,
        least(
            fct_answers.responded_on + 91,
            coalesce(lead(fct_answers.responded_on) over (
                partition by fct_answers.respondent_id, fct_answers.instrument
                order by fct_answers.responded_on, fct_answers.response_id
            ), fct_answers.responded_on + 91)
        ) as counted_to
    from fct_answers
),

changes as (
    select
        latest.slice_id, latest.instrument, latest.answer_class, latest.score,
        latest.responded_on as changed_on, 1 as change
    from latest
    union all
    select
        latest.slice_id, latest.instrument, latest.answer_class, latest.score,
        latest.counted_to as changed_on, -1 as change
    from latest
),

mart_survey_changes as (
    select
        period_days.grain,
        period_days.period_start,
        changes.slice_id,
        coalesce(sum(changes.change) filter (
            where changes.instrument = 'nps' and changes.answer_class = 'promoter'
        ), 0) as nps_promoters_change,
        coalesce(sum(changes.change) filter (
            where changes.instrument = 'nps' and changes.answer_class = 'passive'
        ), 0) as nps_passives_change,
        coalesce(sum(changes.change) filter (
            where changes.instrument = 'nps' and changes.answer_class = 'detractor'
        ), 0) as nps_detractors_change,
        coalesce(sum(changes.change) filter (
            where changes.instrument = 'csat' and changes.score >= 4
        ), 0) as csat_satisfied_change,
        coalesce(sum(changes.change) filter (where changes.instrument = 'csat'), 0) as csat_answers_change,
        coalesce(sum(changes.change * cast(changes.score as decimal(18, 6))) filter (
            where changes.instrument = 'ces'
        ), 0) as ces_sum_change,
        coalesce(sum(changes.change) filter (where changes.instrument = 'ces'), 0) as ces_answers_change
    from changes
    inner join period_days on changes.changed_on = period_days.day
    group by period_days.grain, period_days.period_start, changes.slice_id
)

select * from mart_survey_changes
