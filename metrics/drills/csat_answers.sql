/*
label      = "Answers on satisfaction"
definition = "The latest answer of each respondent in the 91 days to the end of the period: 4 or 5 of 5 counts as satisfied."
entity     = "answer"
measures   = { satisfied = "count" }
chosen     = []
tables     = ["survey_responses"]
explains   = [
    { metric = "adv_csat", part = "numerator", total = "satisfied" },
    { metric = "adv_csat", part = "denominator", total = "rows" },
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
    where fct_answers.instrument = 'csat'
)

select
    answers.response_id,
    answers.customer_id,
    fct_customers.customer_name,
    case when answers.score >= 4 then 1 else 0 end as satisfied,
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
