/* One row per opportunity. CloseDate is a forecast until IsClosed. A Type that is none of these words is passed on
as it is, so that the load reports it and counts its kind as unknown. */
/* IsClosed and IsWon decide, never the names of stages: those are each company's own. */
/* A contract gives its dates to the opportunities that name it, and is set aside itself. EndDate is the last day paid
for; the weekly export leaves it out, since it is StartDate and ContractTerm. */
with contracts as (
    select
        "Id",
        "StartDate",
        "EndDate",
        "ContractTerm",
        "IsDeleted",
        source_file,
        source_line,
        greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at,
        coalesce(lower(trim("IsDeleted")) in ('1', 'true', 'yes'), false) as is_deleted,
        row_number() over (partition by "Id" order by source_file, source_line) as place
    from raw_contract
),

named as (
    select distinct "ContractId" from raw_opportunity
    where "ContractId" is not null
)

select
    raw_opportunity."Id" as opportunity_id,
    nullif(raw_opportunity."AccountId", '000000000000000AAA') as customer_id,
    raw_opportunity."CreatedDate" as created_on,
    raw_opportunity."StageName" as stage,
    raw_opportunity."IsClosed" as is_closed,
    raw_opportunity."IsWon" as is_won,
    case
        when lower(trim(raw_opportunity."IsClosed")) in ('1', 'true', 'yes') then raw_opportunity."CloseDate"
    end as closed_on,
    raw_opportunity."Amount" as amount,
    nullif(raw_opportunity."CurrencyIsoCode", '000') as currency,
    case lower(trim(raw_opportunity."Type"))
        when 'new business' then 'new'
        when 'new customer' then 'new'
        when 'existing customer - replacement' then 'renewal'
        when 'existing customer - upgrade' then 'expansion'
        when 'upsell' then 'expansion'
        else raw_opportunity."Type"
    end as kind,
    nullif(raw_opportunity."OwnerId", '000000000000000AAA') as owner_id,
    raw_opportunity."LeadSource" as lead_source,
    contracts."StartDate" as term_starts_on,
    -- what cannot be read is passed on as it is, for the load to report
    coalesce(
        cast(try_cast(left(contracts."EndDate", 10) as date) + 1 as varchar), contracts."EndDate"
    ) as term_ends_on,
    contracts."ContractTerm" as term_months,
    raw_opportunity."IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    raw_opportunity.source_file,
    raw_opportunity.source_line,
    greatest(
        raw_opportunity."CreatedDate", raw_opportunity."LastModifiedDate", raw_opportunity."SystemModstamp"
    ) as modified_at
from raw_opportunity
left join contracts
    on raw_opportunity."ContractId" = contracts."Id" and contracts.place = 1 and not contracts.is_deleted
union all
select
    contracts."Id" as opportunity_id,
    null as customer_id,
    null as created_on,
    null as stage,
    null as is_closed,
    null as is_won,
    null as closed_on,
    null as amount,
    null as currency,
    null as kind,
    null as owner_id,
    null as lead_source,
    null as term_starts_on,
    null as term_ends_on,
    null as term_months,
    contracts."IsDeleted" as is_deleted,
    case
        when contracts.is_deleted then null
        when contracts.place > 1 then 'a contract whose Id stands in an earlier row'
        when named."ContractId" is null then 'a contract that no opportunity names, so its amount is not known'
        else 'a contract, whose dates its opportunity has taken'
    end as set_aside,
    contracts.source_file,
    contracts.source_line,
    contracts.modified_at
from contracts
left join named on contracts."Id" = named."ContractId"
