/* One row per programme that is for anybody, now or 52 weeks ago: the customers of its pool (temporary table
budget_pools) and their yearly margin; those who stood so 52 weeks ago (budget_earlier_pools), how many of them
are customers at the end of the week that starts on $week, and of those who are not the mean yearly margin that they had
then (left_margin) and the share of the year that they stayed (left_stayed). The row 'all' is of every customer then. */
with pooled as (
    select
        budget_pools.programme,
        count(*) as customers,
        avg(budget_pools.margin) as margin,
        stddev_samp(budget_pools.margin) as deviation
    from budget_pools
    group by budget_pools.programme
),

paying as (
    select fct_mrr_spells.customer_id
    from fct_mrr_spells
    where
        fct_mrr_spells.valid_from < $week + 7
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= $week + 7
),

endings as (
    select
        fct_mrr_spells.customer_id,
        max(fct_mrr_spells.valid_to) as ended_on
    from fct_mrr_spells
    where fct_mrr_spells.valid_from < $week + 7
    group by fct_mrr_spells.customer_id
),

earlier as (
    select
        budget_earlier_pools.programme,
        budget_earlier_pools.customer_id,
        budget_earlier_pools.margin
    from budget_earlier_pools
    union all
    select
        'all' as programme,
        fct_mrr_spells.customer_id,
        null as margin
    from fct_mrr_spells
    where
        fct_mrr_spells.valid_from < $week + 7 - 364
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= $week + 7 - 364
),

followed as (
    select
        earlier.programme,
        count(*) as customers,
        count(paying.customer_id) as kept,
        avg(earlier.margin) filter (where paying.customer_id is null) as left_margin,
        avg((endings.ended_on - cast($week as date) - 7 + 364) / 364) filter (where paying.customer_id is null) as left_stayed
    from earlier
    inner join endings on earlier.customer_id = endings.customer_id
    left join paying on earlier.customer_id = paying.customer_id
    group by earlier.programme
)

select
    coalesce(pooled.programme, followed.programme) as programme,
    coalesce(pooled.customers, 0) as customers,
    pooled.margin,
    pooled.deviation,
    coalesce(followed.customers, 0) as earlier_customers,
    coalesce(followed.kept, 0) as kept,
    followed.left_margin,
    followed.left_stayed
from pooled
full join followed on pooled.programme = followed.programme
order by programme
