/* One row per request, from a custom object. */
select
    record_id as ask_id,
    split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
    asked_on,
    split_part(contact_ids, ';', 1) as contact_id,
    for_company_id as for_customer_id,
    for_deal_id as for_opportunity_id,
    outcome,
    is_archived as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest(created_on, modified_on) as modified_at
from raw_reference_ask
