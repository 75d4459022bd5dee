/*
severity = "warning"
description = "Some customer has had two paid terms."
advice = "The CRM seems to overwrite a term when it is renewed or changed, so expansion, contraction and retention cannot be seen and retention reads 100 %: export the history of terms."
*/
select count(*) as terms, count(distinct customer_id) as customers
from fct_terms
having count(*) > 0 and count(*) = count(distinct customer_id)
