/* One row per campaign. */
select
    "Id" as campaign_id,
    "Name" as name,
    "Type" as channel,
    "Objective__c" as objective,
    "StartDate" as starts_on,
    "EndDate" as ends_on,
    "ActualCost" as cost,
    nullif("CurrencyIsoCode", '000') as currency,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_campaign
