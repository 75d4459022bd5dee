/* One row per cost, from a custom object. */
select
    month,
    purpose,
    amount,
    channel,
    currency,
    is_archived as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest(created_on, modified_on) as modified_at
from raw_cost
