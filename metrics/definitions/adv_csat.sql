/*
label      = "Customer satisfaction"
definition = "Answers of 4 or 5 of 5 as a share of the satisfaction answers of the 91 days to the end of the period, the latest of each respondent."
unit       = "percent"
good       = "up"
family     = "advocacy"
owner      = "Customer success"
source     = "CSAT, top two boxes of five"
version    = 1
interval   = "wilson"
tables     = ["survey_responses"]
settings   = []
formula    = "answers of 4 or 5 / answers"
caveat     = "Satisfaction is not loyalty, and it is asked after chosen moments: not to be averaged with NPS or effort."

[example]
survey_periods = '''
period_start | csat_satisfied | csat_answers
2026-01-05   | 7              | 10
2026-01-12   | 0              | 0
'''
expect = { 2026-01-05 = 0.7, 2026-01-12 = "none" }
*/
select
    period_start,
    breakdown,
    csat_satisfied as numerator,
    csat_answers as denominator
from survey_periods
