/* One row per late payment or credit, from a custom object. */
select
    record_id as event_id,
    split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
    occurred_on,
    kind,
    amount,
    currency,
    is_archived as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest(created_on, modified_on) as modified_at
from raw_billing_event
