/* One row per answer to a survey; its company is the contact's where it has none of its own. HubSpot's older CSAT goes
from 0 to 2, which has no place on the contract's 1 to 5: it is set aside. Surveys of other kinds are no instrument. */
with contact_companies as (
    select record_id as contact_id, min(split_part(coalesce(company_primary, company_ids), ';', 1)) as customer_id
    from raw_contact
    group by record_id
),

answers as (
    select
        *,
        case
            when lower(survey_type) = 'nps' or lower(survey_type) like '%promoter%' then 'nps'
            when lower(survey_type) = 'csat' or lower(survey_type) like '%satisfaction%' then 'csat'
            when lower(survey_type) = 'ces' or lower(survey_type) like '%effort%' then 'ces'
        end as instrument
    from raw_feedback
),

scales as (
    select max(try_cast(rating as double)) as highest_csat
    from answers
    where instrument = 'csat'
),

survey_responses as (
    select
        answers.record_id as response_id,
        coalesce(
            split_part(coalesce(answers.company_primary, answers.company_ids), ';', 1), contact_companies.customer_id
        ) as customer_id,
        answers.submitted_on as responded_on,
        answers.instrument,
        answers.rating as score,
        answers.response as comment,
        answers.is_complaint,
        answers.journey_stage,
        answers.wave,
        split_part(answers.contact_ids, ';', 1) as contact_id,
        answers.is_archived as is_deleted,
        case
            when answers.instrument is null then 'a survey that is none of NPS, CSAT and CES'
            when answers.instrument = 'csat' and scales.highest_csat <= 2 then 'a CSAT from 0 to 2, which is no 1 to 5'
        end as set_aside,
        answers.source_file,
        answers.source_line,
        greatest(answers.created_on, answers.modified_on) as modified_at
    from answers
    cross join scales
    left join contact_companies on split_part(answers.contact_ids, ';', 1) = contact_companies.contact_id
)

select * from survey_responses
