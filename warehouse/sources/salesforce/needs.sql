/* One row per assessment of a need, from the custom object Need__c. */
select
    "Id" as need_id,
    nullif("Account__c", '000000000000000AAA') as customer_id,
    "Assessed_On__c" as assessed_on,
    "Journey_Stage__c" as journey_stage,
    "Need__c" as need,
    "Is_Met__c" as is_met,
    "Importance__c" as importance,
    "Accountable_Function__c" as accountable_function,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_need
