/* One row per lead. */
select
    "Id" as lead_id,
    "CreatedDate" as created_on,
    "Persona__c" as persona,
    "LeadSource" as source,
    "ConvertedDate" as converted_on,
    nullif("ConvertedAccountId", '000000000000000AAA') as customer_id,
    nullif("ConvertedOpportunityId", '000000000000000AAA') as opportunity_id,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_lead
