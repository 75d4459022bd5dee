/* One row per pair of states between the Sundays of weeks opening_week and closing_week inside the scope:
customers, their MRR then and now, and of these the moves that only happened because evidence ran out.
Stays are rows too; pairs without customers are not. */
select
    from_state,
    to_state,
    count(*) as customers,
    coalesce(sum(opening_mrr), 0) as opening_mrr,
    coalesce(sum(closing_mrr), 0) as closing_mrr,
    count(*) filter (where is_expired) as expired_customers,
    coalesce(sum(closing_mrr) filter (where is_expired), 0) as expired_mrr
from customer_flows
group by from_state, to_state
order by from_state, to_state
