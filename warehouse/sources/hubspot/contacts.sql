/* One row per contact; its company is the primary one, else the first. */
select
    record_id as contact_id,
    split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
    trim(concat_ws(' ', first_name, last_name)) as contact_name,
    persona,
    job_title as role,
    language,
    has_reference_consent,
    cast(null as varchar) as is_active,
    is_archived as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest(created_on, modified_on) as modified_at
from raw_contact
