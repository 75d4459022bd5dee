/* One row per user; the weekly export marks none as deleted. */
select
    "Id" as owner_id,
    coalesce(nullif(trim(concat_ws(' ', "FirstName", "LastName")), ''), "Name", "Username") as owner_name,
    "Department" as function,
    "IsActive" as is_active,
    cast(null as varchar) as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest("CreatedDate", "LastModifiedDate", "SystemModstamp") as modified_at
from raw_user
