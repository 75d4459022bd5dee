/*
label      = "Net Promoter Score"
definition = "Promoters (9-10) less detractors (0-6) per 100 answers of the 91 days to the end of the period, the latest answer of each respondent."
unit       = "points"
good       = "up"
family     = "advocacy"
owner      = "Marketing"
source     = "Net Promoter Score; variance per answer (p + d) - (p - d)^2"
version    = 1
interval   = "nps"
tables     = ["survey_responses"]
settings   = []
formula    = "100 x (promoters - detractors) / answers"
caveat     = "Only of those who answered: with few answers the margin of error is tens of points, and a low response rate flatters it."

[example]
survey_periods = '''
period_start | nps_promoters | nps_passives | nps_detractors
2026-01-05   | 20            | 10           | 10
2026-01-12   | 162           | 108          | 54
2026-01-19   | 0             | 0            | 0
'''
expect = { 2026-01-05 = 25, 2026-01-12 = 33.333333333333336, 2026-01-19 = "none" }
*/
with answers as (
    select
        *,
        nps_promoters + nps_passives + nps_detractors as answers
    from survey_periods
),

scores as (
    select
        period_start,
        breakdown,
        nps_promoters - nps_detractors as numerator,
        answers as denominator,
        (nps_promoters + nps_detractors) / nullif(answers, 0)
        - pow((nps_promoters - nps_detractors) / nullif(answers, 0), 2) as variance
    from answers
)

select * from scores
