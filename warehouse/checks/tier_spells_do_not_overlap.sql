/*
severity = "error"
description = "A customer has at most one tier at a time."
advice = "This is a defect of the facts: please report it."
*/
with neighbours as (
    select
        customer_id,
        valid_from,
        valid_to,
        lead(valid_from) over (partition by customer_id order by valid_from) as next_from
    from fct_tier_spells
)

select customer_id, valid_from, valid_to, next_from
from neighbours
where valid_from >= coalesce(valid_to, date '9999-12-31') or coalesce(valid_to, date '9999-12-31') > next_from
