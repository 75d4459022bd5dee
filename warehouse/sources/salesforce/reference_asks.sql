/* One row per request, from the custom object Reference_Ask__c. */
select
    "Id" as ask_id,
    nullif("Account__c", '000000000000000AAA') as customer_id,
    "Asked_On__c" as asked_on,
    nullif("Contact__c", '000000000000000AAA') as contact_id,
    nullif("For_Account__c", '000000000000000AAA') as for_customer_id,
    nullif("For_Opportunity__c", '000000000000000AAA') as for_opportunity_id,
    "Outcome__c" as outcome,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_reference_ask
