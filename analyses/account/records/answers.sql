/* The survey answers of a customer, newest first. */
with listed as (
    select
        survey_responses.responded_on as day,
        upper(survey_responses.instrument) as instrument,
        survey_responses.score,
        fct_answers.answer_class as says,
        survey_responses.comment,
        survey_responses.is_complaint as complaint,
        survey_responses.journey_stage,
        survey_responses.wave,
        contacts.contact_name as contact,
        survey_responses.response_id as id
    from survey_responses
    left join fct_answers on survey_responses.response_id = fct_answers.response_id
    left join contacts on survey_responses.contact_id = contacts.contact_id
    where survey_responses.customer_id = $customer_id
    order by survey_responses.responded_on desc, survey_responses.response_id asc
)

select * from listed
