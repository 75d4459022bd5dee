/* One row per order that was activated, on the day it takes effect; a reduction order gives back, and its amount is
negative. An order under a contract is set aside: the contract's term has its money. */
select
    "Id" as order_id,
    nullif("AccountId", '000000000000000AAA') as customer_id,
    "EffectiveDate" as ordered_on,
    "TotalAmount" as amount,
    nullif("CurrencyIsoCode", '000') as currency,
    "Margin__c" as margin,
    cast(null as varchar) as product,
    "IsDeleted" as is_deleted,
    case
        when coalesce(lower(trim("IsDeleted")) in ('1', 'true', 'yes'), false) then null
        when lower(trim("StatusCode")) <> 'activated' then 'an order that is not activated'
        when nullif("ContractId", '000000000000000AAA') is not null then 'an order under a contract'
    end as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_order
