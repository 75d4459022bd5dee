/* One row per contact. */
select
    "Id" as contact_id,
    nullif("AccountId", '000000000000000AAA') as customer_id,
    trim(concat_ws(' ', "FirstName", "LastName")) as contact_name,
    "Persona__c" as persona,
    "Title" as role,
    "Language__c" as language,
    "Has_Reference_Consent__c" as has_reference_consent,
    cast(null as varchar) as is_active,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_contact
