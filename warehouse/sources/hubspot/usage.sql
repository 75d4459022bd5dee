/* One row per company and week, from a custom object. */
select
    split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
    week_start,
    usage,
    active_users,
    is_archived as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest(created_on, modified_on) as modified_at
from raw_usage
