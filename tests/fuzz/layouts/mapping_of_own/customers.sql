select
    id as customer_id,
    name as customer_name,
    case when status = 'deleted' then 'true' end as is_deleted,
    source_file,
    source_line
from raw_account
