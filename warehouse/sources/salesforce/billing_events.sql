/* One row per late payment or credit, from the custom object Billing_Event__c. */
select
    "Id" as event_id,
    nullif("Account__c", '000000000000000AAA') as customer_id,
    "Occurred_On__c" as occurred_on,
    "Kind__c" as kind,
    "Amount__c" as amount,
    nullif("CurrencyIsoCode", '000') as currency,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_billing_event
