/* One row per invitation, from the custom object Survey_Invitation__c. */
select
    "Id" as invitation_id,
    nullif("Account__c", '000000000000000AAA') as customer_id,
    "Invited_On__c" as invited_on,
    nullif("Contact__c", '000000000000000AAA') as contact_id,
    "Instrument__c" as instrument,
    "Wave__c" as wave,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_survey_invitation
