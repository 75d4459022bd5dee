/*
label      = "Customer effort score"
definition = "Mean agreement, from 1 to 7, that dealing with us was easy, over the answers of the 91 days to the end of the period, the latest of each respondent."
unit       = "ratio"
good       = "up"
family     = "advocacy"
owner      = "Customer success"
source     = "Dixon, Freeman and Toman 2010, customer effort"
version    = 1
interval   = "none"
tables     = ["survey_responses"]
settings   = []
formula    = "sum of scores / answers"
caveat     = "A mean of a scale of agreement, high is easy; older surveys ask the other way round, and no other scale may be averaged with it."

[example]
survey_periods = '''
period_start | ces_sum | ces_answers
2026-01-05   | 21      | 4
2026-01-12   | 0       | 0
'''
expect = { 2026-01-05 = 5.25, 2026-01-12 = "none" }
*/
select
    period_start,
    breakdown,
    ces_sum as numerator,
    ces_answers as denominator
from survey_periods
