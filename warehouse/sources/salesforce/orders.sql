/* One row per order, on the day it takes effect. */
select
    "Id" as order_id,
    nullif("AccountId", '000000000000000AAA') as customer_id,
    "EffectiveDate" as ordered_on,
    "TotalAmount" as amount,
    nullif("CurrencyIsoCode", '000') as currency,
    cast(null as varchar) as margin,
    cast(null as varchar) as product,
    "IsDeleted" as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_order
