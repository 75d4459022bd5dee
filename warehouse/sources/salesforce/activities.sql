/* One row per task and one per event. What is about an account (its id begins with 001) belongs to it even where
AccountId is empty; who is a contact where the id begins with 003. */
with touches as (
    select
        "Id",
        "AccountId",
        "WhoId",
        "WhatId",
        "Subject",
        "ActivityDate",
        "CreatedDate",
        "OwnerId",
        "Description",
        lower(concat_ws(' ', "Type", "TaskSubtype", case when "CallType" is not null then 'call' end)) as words,
        "CallType" as direction,
        "Theme__c",
        "Competitor__c",
        "Channel__c",
        "Follow_Up_Due__c",
        "Follow_Up_Done__c",
        "IsDeleted",
        "LastModifiedDate",
        "SystemModstamp",
        source_file,
        source_line
    from raw_task
    union all
    select
        "Id",
        "AccountId",
        "WhoId",
        "WhatId",
        "Subject",
        "ActivityDate",
        "CreatedDate",
        "OwnerId",
        "Description",
        lower(concat_ws(' ', "Type", "EventSubtype")) as words,
        cast(null as varchar) as direction,
        "Theme__c",
        "Competitor__c",
        "Channel__c",
        "Follow_Up_Due__c",
        "Follow_Up_Done__c",
        "IsDeleted",
        "LastModifiedDate",
        "SystemModstamp",
        source_file,
        source_line
    from raw_event
),

activities as (
    select
        "Id" as activity_id,
        coalesce(
            nullif("AccountId", '000000000000000AAA'), case when "WhatId" like '001%' then "WhatId" end
        ) as customer_id,
        coalesce("ActivityDate", "CreatedDate") as occurred_on,
        case
            when words like '%call%' then 'call'
            when words like '%meeting%' then 'meeting'
            when words like '%email%' then 'email'
            else 'event'
        end as kind,
        nullif("OwnerId", '000000000000000AAA') as owner_id,
        direction,
        "Channel__c" as channel,
        coalesce("Description", "Subject") as note,
        "Theme__c" as theme,
        "Competitor__c" as competitor,
        case when "WhoId" like '003%' then "WhoId" end as contact_id,
        "Follow_Up_Due__c" as follow_up_due_on,
        "Follow_Up_Done__c" as follow_up_done_on,
        "IsDeleted" as is_deleted,
        cast(null as varchar) as set_aside,
        source_file,
        source_line,
        greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
    from touches
)

select * from activities
