/* One row per answer, from the custom object Survey_Response__c. */
select
    "Id" as response_id,
    nullif("Account__c", '000000000000000AAA') as customer_id,
    "Responded_On__c" as responded_on,
    "Instrument__c" as instrument,
    "Score__c" as score,
    "Comment__c" as comment,
    "Is_Complaint__c" as is_complaint,
    "Journey_Stage__c" as journey_stage,
    "Wave__c" as wave,
    nullif("Contact__c", '000000000000000AAA') as contact_id,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_survey_response
