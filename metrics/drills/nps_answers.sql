/*
label      = "Answers to the NPS question"
definition = "The latest answer of each respondent in the 91 days to the end of the period: a promoter (9-10) counts 1, a passive (7-8) 0, a detractor (0-6) -1."
entity     = "answer"
measures   = { net = "count" }
chosen     = []
tables     = ["survey_responses"]
explains   = [
    { metric = "adv_nps", part = "numerator", total = "net" },
    { metric = "adv_nps", part = "denominator", total = "rows" },
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
    where fct_answers.instrument = 'nps'
)

select
    answers.response_id,
    answers.customer_id,
    fct_customers.customer_name,
    case answers.answer_class when 'promoter' then 1 when 'detractor' then -1 else 0 end as net,
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
