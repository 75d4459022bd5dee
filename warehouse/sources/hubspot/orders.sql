/* One row per order, on the day it was placed, else entered; one that was cancelled or refunded is set aside. */
select
    record_id as order_id,
    split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
    coalesce(ordered_on, created_on) as ordered_on,
    amount,
    currency,
    margin,
    cast(null as varchar) as product,
    is_archived as is_deleted,
    case
        when coalesce(lower(trim(is_archived)) in ('1', 'true', 'yes'), false) then null
        when
            -- the last is the internal name of Cancelled in the pipeline that every portal begins with
            lower(split_part(trim(stage), ' (', 1)) in (
                'cancelled', 'canceled', 'refunded', '3c85a297-e9ce-400b-b42e-9f16853d69d6'
            )
            then 'an order that was cancelled or refunded'
    end as set_aside,
    source_file,
    source_line,
    greatest(created_on, modified_on) as modified_at
from raw_order
