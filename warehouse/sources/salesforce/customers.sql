/* One row per account. A deleted account with a master record was merged into it, which is no deletion. */
select
    "Id" as customer_id,
    "Name" as customer_name,
    "CreatedDate" as created_on,
    nullif("MasterRecordId", '000000000000000AAA') as merged_into_id,
    case when nullif("MasterRecordId", '000000000000000AAA') is not null then "LastModifiedDate" end as merged_on,
    "Segment__c" as segment,
    "Persona__c" as persona,
    "Industry" as industry,
    "BillingCountry" as region,
    nullif("OwnerId", '000000000000000AAA') as owner_id,
    nullif("ParentId", '000000000000000AAA') as parent_id,
    "Size_Band__c" as size_band,
    "Language__c" as language,
    "Is_Staff_Or_Partner__c" as is_staff_or_partner,
    case when nullif("MasterRecordId", '000000000000000AAA') is null then "IsDeleted" end as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_account
