/* One row per ticket. Its kind is complaint by the property `Is complaint` and, where that is empty, by the category,
which may hold several words joined by `;`. */
select
    record_id as case_id,
    split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
    opened_at,
    closed_at,
    case
        when lower(is_complaint) in ('1', 'true', 'yes') then 'complaint'
        when is_complaint is null and lower(category) like '%complaint%' then 'complaint'
        when lower(replace(category, '_', ' ')) like '%product issue%' then 'incident'
        when lower(category) like '%incident%' or lower(category) like '%problem%' then 'incident'
        when lower(category) like '%inquiry%' or lower(category) like '%question%' then 'question'
    end as kind,
    is_escalated,
    priority,
    csat,
    source as origin,
    split_part(contact_ids, ';', 1) as contact_id,
    is_archived as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest(opened_at, modified_on) as modified_at
from raw_ticket
