/*
label      = "Answers on effort"
definition = "The latest answer of each respondent in the 91 days to the end of the period, from 1 to 7: dealing with us was easy."
entity     = "answer"
measures   = { score = "ratio" }
chosen     = []
tables     = ["survey_responses"]
explains   = [
    { metric = "adv_ces", part = "numerator", total = "score" },
    { metric = "adv_ces", part = "denominator", total = "rows" },
]
*/
with answers as (
    select
        fct_answers.*,
        lead(fct_answers.responded_on) over (
            partition by fct_answers.respondent_id
            order by fct_answers.responded_on, fct_answers.response_id
        ) as replaced_on
    from fct_answers
    where fct_answers.instrument = 'ces'
)

select
    answers.response_id,
    answers.customer_id,
    fct_customers.customer_name,
    answers.score,
    answers.answer_class,
    answers.responded_on,
    answers.respondent_id,
    answers.comment,
    fct_customers.owner_name
from answers
inner join scoped_slices on answers.slice_id = scoped_slices.slice_id
inner join fct_customers on answers.customer_id = fct_customers.customer_id
where
    answers.responded_on < cast(getvariable('period_end') as date)
    and answers.responded_on >= cast(getvariable('period_end') as date) - 91
    -- an answer is replaced on the day of the next
    and coalesce(answers.replaced_on, date '9999-12-31') >= cast(getvariable('period_end') as date)
