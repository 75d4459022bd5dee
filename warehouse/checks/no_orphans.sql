/*
severity = "error"
description = "Every row that names a customer finds it."
advice = "This is a defect of the loader: please report it with the export's header lines."
*/
with children as (
    select 'subscriptions' as table_name, customer_id, source_file, source_line from subscriptions
    union all
    select 'opportunities' as table_name, customer_id, source_file, source_line from opportunities
    union all
    select 'cases' as table_name, customer_id, source_file, source_line from cases
    union all
    select 'survey_responses' as table_name, customer_id, source_file, source_line from survey_responses
    union all
    select 'advocacy_events' as table_name, customer_id, source_file, source_line from advocacy_events
    union all
    select 'billing_events' as table_name, customer_id, source_file, source_line from billing_events
    union all
    select 'activities' as table_name, customer_id, source_file, source_line from activities
)

select children.table_name, children.customer_id, children.source_file, children.source_line
from children
left join customers on children.customer_id = customers.customer_id
where children.customer_id is not null and customers.customer_id is null
