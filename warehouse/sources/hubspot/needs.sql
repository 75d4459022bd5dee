/* One row per assessment of a need, from a custom object. */
select
    record_id as need_id,
    split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
    assessed_on,
    journey_stage,
    need,
    is_met,
    importance,
    accountable_function,
    is_archived as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest(created_on, modified_on) as modified_at
from raw_need
