/*
severity = "warning"
rank = 5
description = "No rejected subscription holds monthly revenue."
advice = "Revenue is too low by that much (above 1 % the build refuses): see the rejected rows on data health."
*/
select message as remark
from load_notes
where severity = 'warning' and table_name = 'subscriptions' and column_name = 'mrr'
