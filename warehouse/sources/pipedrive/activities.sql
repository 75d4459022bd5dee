/* One row per activity. One that is planned and not done yet is no touch of a customer: it is set aside. */
with organizations as (
    select name, min(coalesce(organization_id, name)) as customer_id
    from raw_organization
    group by name
    having count(*) = 1
),

touches as (
    select *, lower(trim(type)) as type_word, lower(trim(done)) as done_word
    from raw_activity
),

activities as (
    select
        coalesce(touches.activity_id, concat(touches.source_file, ' ', touches.source_line)) as activity_id,
        coalesce(touches.organization_id, organizations.customer_id, touches.organization) as customer_id,
        coalesce(touches.done_on, touches.due_on, touches.created_on) as occurred_on,
        case
            when touches.type_word like '%call%' then 'call'
            when touches.type_word like '%meeting%' or touches.type_word like '%lunch%' then 'meeting'
            when touches.type_word like '%mail%' then 'email'
            else 'event'
        end as kind,
        touches.owner as owner_id,
        cast(null as varchar) as direction,
        cast(null as varchar) as channel,
        coalesce(touches.note, touches.subject) as note,
        cast(null as varchar) as theme,
        cast(null as varchar) as competitor,
        cast(null as varchar) as contact_id,
        cast(null as varchar) as follow_up_due_on,
        cast(null as varchar) as follow_up_done_on,
        cast(null as varchar) as is_deleted,
        case
            when touches.done_word in ('to do', 'todo', 'no', 'false', '0') then 'an activity that is not done yet'
        end as set_aside,
        touches.source_file,
        touches.source_line,
        greatest(touches.created_on, touches.updated_on) as modified_at
    from touches
    left join organizations on touches.organization = organizations.name
)

select * from activities
