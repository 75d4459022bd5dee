/*
severity = "warning"
rank = 9
description = "Some customer has had two paid terms."
advice = "The CRM seems to overwrite a term when it is renewed or changed, so expansion, contraction and retention cannot be seen and retention reads 100 %: export the history of terms."
untested = "select 'there is no paid term' where not exists (from fct_terms)"
*/
select format('each of {:,} customers has one paid term: no expansion or contraction can be seen', count(*)) as remark
from fct_terms
having count(*) > 0 and count(*) = count(distinct customer_id)
