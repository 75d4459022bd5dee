/* One row per customer and programme, from a custom object. */
select
    programme,
    split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
    assigned_on,
    arm,
    ended_on,
    is_archived as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest(created_on, modified_on) as modified_at
from raw_programme_member
