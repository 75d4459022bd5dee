/*
severity = "error"
description = "No id stands in two rows of a table."
advice = "This is a defect of the loader: please report it with the export's header lines."
*/
select 'customers' as table_name, customer_id as id, count(*) as rows
from customers
group by customer_id
having count(*) > 1
union all
select 'subscriptions' as table_name, subscription_id as id, count(*) as rows
from subscriptions
group by subscription_id
having count(*) > 1
union all
select 'opportunities' as table_name, opportunity_id as id, count(*) as rows
from opportunities
group by opportunity_id
having count(*) > 1
union all
select 'cases' as table_name, case_id as id, count(*) as rows
from cases
group by case_id
having count(*) > 1
union all
select 'survey_responses' as table_name, response_id as id, count(*) as rows
from survey_responses
group by response_id
having count(*) > 1
union all
select 'advocacy_events' as table_name, event_id as id, count(*) as rows
from advocacy_events
group by event_id
having count(*) > 1
union all
select 'activities' as table_name, activity_id as id, count(*) as rows
from activities
group by activity_id
having count(*) > 1
union all
select 'billing_events' as table_name, event_id as id, count(*) as rows
from billing_events
group by event_id
having count(*) > 1
union all
select 'owners' as table_name, owner_id as id, count(*) as rows
from owners
group by owner_id
having count(*) > 1
