/* Invitations to an NPS survey in the 91 days to the end of a week, and how many of them were answered by then:
by the invited contact, or by anybody of the customer where no contact is named. */
with invited as (
    select
        survey_invitations.invitation_id,
        survey_invitations.customer_id,
        survey_invitations.contact_id,
        survey_invitations.invited_on
    from survey_invitations
    inner join fct_customers on survey_invitations.customer_id = fct_customers.customer_id
    inner join scoped_slices on fct_customers.slice_id = scoped_slices.slice_id
    where
        coalesce(survey_invitations.instrument, 'nps') = 'nps'
        and survey_invitations.invited_on >= $week_end - 91
        and survey_invitations.invited_on < $week_end
),

answered as (
    select distinct invited.invitation_id
    from invited
    inner join fct_answers
        on invited.customer_id = fct_answers.customer_id
            and coalesce(fct_answers.respondent_id = invited.contact_id, true)
            and fct_answers.instrument = 'nps'
            and fct_answers.responded_on >= invited.invited_on
            and fct_answers.responded_on < $week_end
)

select
    (select count(*) from invited) as invitations,
    (select count(*) from answered) as answers
