select
    number as subscription_id,
    account as customer_id,
    starts as started_on,
    ends as ended_on,
    cast(yearly as decimal(38, 6)) / 12 as mrr,
    source_file,
    source_line
from raw_contract
