/* One row per call, email, meeting, note and task, and per engagement of Fivetran. What is neither a call nor an email nor
a meeting is an event. Fivetran says in files of their own whose an engagement is; their rows are set aside. */
with companies as (
    select engagement_id, min(company_id) as customer_id
    from raw_engagement_company
    group by engagement_id
),

people as (
    select engagement_id, min(contact_id) as contact_id
    from raw_engagement_contact
    group by engagement_id
),

associations as (
    select
        engagement_id,
        source_file,
        source_line
    from raw_engagement_company
    union all
    select
        engagement_id,
        source_file,
        source_line
    from raw_engagement_contact
),

touches as (
    select
        record_id,
        'call' as words,
        occurred_on,
        created_on,
        modified_on,
        title,
        body,
        direction,
        owner,
        channel,
        theme,
        competitor,
        follow_up_due,
        follow_up_done,
        split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
        split_part(contact_ids, ';', 1) as contact_id,
        is_archived,
        cast(null as varchar) as set_aside,
        source_file,
        source_line
    from raw_call
    union all
    select
        record_id,
        'email' as words,
        occurred_on,
        created_on,
        modified_on,
        title,
        body,
        direction,
        owner,
        channel,
        theme,
        competitor,
        follow_up_due,
        follow_up_done,
        split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
        split_part(contact_ids, ';', 1) as contact_id,
        is_archived,
        cast(null as varchar) as set_aside,
        source_file,
        source_line
    from raw_email
    union all
    select
        record_id,
        'meeting' as words,
        occurred_on,
        created_on,
        modified_on,
        title,
        body,
        cast(null as varchar) as direction,
        owner,
        channel,
        theme,
        competitor,
        follow_up_due,
        follow_up_done,
        split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
        split_part(contact_ids, ';', 1) as contact_id,
        is_archived,
        cast(null as varchar) as set_aside,
        source_file,
        source_line
    from raw_meeting
    union all
    select
        record_id,
        'note' as words,
        occurred_on,
        created_on,
        modified_on,
        cast(null as varchar) as title,
        body,
        cast(null as varchar) as direction,
        owner,
        cast(null as varchar) as channel,
        theme,
        competitor,
        follow_up_due,
        follow_up_done,
        split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
        split_part(contact_ids, ';', 1) as contact_id,
        is_archived,
        cast(null as varchar) as set_aside,
        source_file,
        source_line
    from raw_note
    union all
    select
        record_id,
        lower(task_type) as words,
        occurred_on,
        created_on,
        modified_on,
        title,
        body,
        cast(null as varchar) as direction,
        owner,
        cast(null as varchar) as channel,
        theme,
        competitor,
        follow_up_due,
        follow_up_done,
        split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
        split_part(contact_ids, ';', 1) as contact_id,
        is_archived,
        cast(null as varchar) as set_aside,
        source_file,
        source_line
    from raw_task
    union all
    select
        raw_engagement.record_id,
        lower(
            coalesce(raw_engagement.type, case when raw_engagement.meeting_start is not null then 'meeting' end)
        ) as words,
        coalesce(raw_engagement.meeting_start, raw_engagement.occurred_on) as occurred_on,
        raw_engagement.created_on,
        raw_engagement.modified_on,
        raw_engagement.title,
        raw_engagement.body,
        cast(null as varchar) as direction,
        raw_engagement.owner,
        cast(null as varchar) as channel,
        cast(null as varchar) as theme,
        cast(null as varchar) as competitor,
        cast(null as varchar) as follow_up_due,
        cast(null as varchar) as follow_up_done,
        companies.customer_id,
        people.contact_id,
        raw_engagement.is_archived,
        cast(null as varchar) as set_aside,
        raw_engagement.source_file,
        raw_engagement.source_line
    from raw_engagement
    left join companies on raw_engagement.record_id = companies.engagement_id
    left join people on raw_engagement.record_id = people.engagement_id
    union all
    select
        engagement_id as record_id,
        cast(null as varchar) as words,
        cast(null as varchar) as occurred_on,
        cast(null as varchar) as created_on,
        cast(null as varchar) as modified_on,
        cast(null as varchar) as title,
        cast(null as varchar) as body,
        cast(null as varchar) as direction,
        cast(null as varchar) as owner,
        cast(null as varchar) as channel,
        cast(null as varchar) as theme,
        cast(null as varchar) as competitor,
        cast(null as varchar) as follow_up_due,
        cast(null as varchar) as follow_up_done,
        cast(null as varchar) as customer_id,
        cast(null as varchar) as contact_id,
        cast(null as varchar) as is_archived,
        'says whose an engagement is' as set_aside,
        source_file,
        source_line
    from associations
),

activities as (
    select
        record_id as activity_id,
        customer_id,
        coalesce(occurred_on, created_on) as occurred_on,
        case
            when words like '%call%' then 'call'
            when words like '%meeting%' then 'meeting'
            when words like '%email%' then 'email'
            else 'event'
        end as kind,
        owner as owner_id,
        case lower(direction)
            when 'incoming_email' then 'inbound'
            when 'email' then 'outbound'
            else direction
        end as direction,
        channel,
        coalesce(body, title) as note,
        theme,
        competitor,
        contact_id,
        follow_up_due as follow_up_due_on,
        follow_up_done as follow_up_done_on,
        is_archived as is_deleted,
        set_aside,
        source_file,
        source_line,
        greatest(created_on, modified_on) as modified_at
    from touches
)

select * from activities
