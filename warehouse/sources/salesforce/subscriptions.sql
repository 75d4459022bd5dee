/* One row per term, from the custom object Subscription__c. End_Date__c is the first day not paid for. */
select
    "Id" as subscription_id,
    nullif("Account__c", '000000000000000AAA') as customer_id,
    "Start_Date__c" as started_on,
    "MRR__c" as mrr,
    "End_Date__c" as ended_on,
    "Is_Trial__c" as is_trial,
    "Product__c" as product,
    nullif("CurrencyIsoCode", '000') as currency,
    "Renewal_Date__c" as renews_on,
    "Cancelled_Date__c" as cancelled_on,
    "End_Reason__c" as end_reason,
    "Change_Reason__c" as change_reason,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_subscription
