/* One row per customer and programme, from the custom object Programme_Member__c. */
select
    "Programme__c" as programme,
    nullif("Account__c", '000000000000000AAA') as customer_id,
    "Assigned_On__c" as assigned_on,
    "Arm__c" as arm,
    "Ended_On__c" as ended_on,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_programme_member
