/* One row per cost, from the custom object Cost__c. */
select
    "Month__c" as month,
    "Purpose__c" as purpose,
    "Amount__c" as amount,
    "Channel__c" as channel,
    nullif("CurrencyIsoCode", '000') as currency,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_cost
