/* One row per opportunity. CloseDate is a forecast until IsClosed. A Type that is none of these words is passed on
as it is, so that the load reports it and counts its kind as unknown. */
/* IsClosed and IsWon decide, never the names of stages: those are each company's own. */
select
    "Id" as opportunity_id,
    nullif("AccountId", '000000000000000AAA') as customer_id,
    "CreatedDate" as created_on,
    "StageName" as stage,
    "IsClosed" as is_closed,
    "IsWon" as is_won,
    case when lower(trim("IsClosed")) in ('1', 'true', 'yes') then "CloseDate" end as closed_on,
    "Amount" as amount,
    nullif("CurrencyIsoCode", '000') as currency,
    case lower(trim("Type"))
        when 'new business' then 'new'
        when 'new customer' then 'new'
        when 'existing customer - replacement' then 'renewal'
        when 'existing customer - upgrade' then 'expansion'
        when 'upsell' then 'expansion'
        else "Type"
    end as kind,
    nullif("OwnerId", '000000000000000AAA') as owner_id,
    "LeadSource" as lead_source,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_opportunity
