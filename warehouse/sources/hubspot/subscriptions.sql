/* One row per term, from a custom object. `End date` is the first day not paid for. */
select
    record_id as subscription_id,
    split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
    started_on,
    mrr,
    ended_on,
    is_trial,
    product,
    currency,
    renews_on,
    cancelled_on,
    end_reason,
    change_reason,
    is_archived as is_deleted,
    cast(null as varchar) as set_aside,
    source_file,
    source_line,
    greatest(created_on, modified_on) as modified_at
from raw_subscription
