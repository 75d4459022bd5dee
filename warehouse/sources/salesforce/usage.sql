/* One row per account and week, from the custom object Usage__c. */
select
    nullif("Account__c", '000000000000000AAA') as customer_id,
    "Week_Start__c" as week_start,
    "Usage__c" as usage,
    "Active_Users__c" as active_users,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_usage
