/* One row per survey answer of a customer. answer_class by instrument: promoter NPS 9-10, CSAT 5, CES 7;
detractor NPS 0-6, CSAT 1-2, CES 1-3; else passive.
[responded_on, attitude_to): while it is the customer's latest answer of its kind (NPS, or CSAT and CES
together) and inside the window. */
with answers as (
    select
        survey_responses.response_id,
        survey_responses.customer_id,
        fct_customers.slice_id,
        coalesce(survey_responses.contact_id, survey_responses.customer_id) as respondent_id,
        survey_responses.responded_on,
        survey_responses.instrument,
        survey_responses.score,
        survey_responses.comment,
        survey_responses.is_complaint,
        case
            when survey_responses.instrument = 'nps' and survey_responses.score >= 9 then 'promoter'
            when survey_responses.instrument = 'csat' and survey_responses.score >= 5 then 'promoter'
            when survey_responses.instrument = 'ces' and survey_responses.score >= 7 then 'promoter'
            when survey_responses.instrument = 'nps' and survey_responses.score <= 6 then 'detractor'
            when survey_responses.instrument = 'csat' and survey_responses.score <= 2 then 'detractor'
            when survey_responses.instrument = 'ces' and survey_responses.score <= 3 then 'detractor'
            else 'passive'
        end as answer_class,
        survey_responses.instrument = 'nps' as is_nps,
        lead(survey_responses.responded_on) over (
            partition by survey_responses.customer_id, survey_responses.instrument = 'nps'
            order by survey_responses.responded_on, survey_responses.response_id
        ) as next_on
    from survey_responses
    inner join fct_customers on survey_responses.customer_id = fct_customers.customer_id
    cross join build_info
    where survey_responses.responded_on <= build_info.as_of
),

fct_answers as (
    select
        answers.*,
        least(
            answers.responded_on + settings.attitude_window_days,
            coalesce(answers.next_on, answers.responded_on + settings.attitude_window_days)
        ) as attitude_to
    from answers
    cross join settings
)

select * from fct_answers
