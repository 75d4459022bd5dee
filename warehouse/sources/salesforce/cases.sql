/* One row per case; its kind is complaint by the flag Is_Complaint__c and, where that is empty, by Type. */
select
    "Id" as case_id,
    nullif("AccountId", '000000000000000AAA') as customer_id,
    "CreatedDate" as opened_at,
    case when "IsClosed" is null or lower(trim("IsClosed")) in ('1', 'true', 'yes') then "ClosedDate" end as closed_at,
    case
        when lower(trim("Is_Complaint__c")) in ('1', 'true', 'yes') then 'complaint'
        when coalesce(trim("Is_Complaint__c"), '') = '' and lower(trim("Type")) = 'complaint' then 'complaint'
        when lower(trim("Type")) in ('incident', 'problem') then 'incident'
        when lower(trim("Type")) = 'question' then 'question'
    end as kind,
    "IsEscalated" as is_escalated,
    "Priority" as priority,
    "CSAT__c" as csat,
    "Origin" as origin,
    nullif("ContactId", '000000000000000AAA') as contact_id,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_case
