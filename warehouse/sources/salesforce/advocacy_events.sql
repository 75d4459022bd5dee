/* One row per act, from the custom object Advocacy_Activity__c. */
select
    "Id" as event_id,
    nullif("Account__c", '000000000000000AAA') as customer_id,
    "Occurred_On__c" as occurred_on,
    "Kind__c" as kind,
    "Is_Solicited__c" as is_solicited,
    "Rating__c" as rating,
    nullif("Opportunity__c", '000000000000000AAA') as opportunity_id,
    "Reward_Code__c" as reward_code,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_advocacy_activity
