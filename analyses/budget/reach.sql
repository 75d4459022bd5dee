/* One row per two programmes of $programmes, in their order, of which the first $reached customers of the pool
(temporary table budget_pools, by place) are reached: customers whom both reach, the programme itself counted as the
other too. counted: those of the programme whom no earlier one reaches, the same on each of its rows. */
with asked as (
    select
        unnest($programmes) as programme,
        unnest($reached) as reached,
        generate_subscripts($programmes, 1) as number
),

reached as (
    select
        asked.number,
        asked.programme,
        budget_pools.customer_id,
        asked.number = min(asked.number) over (partition by budget_pools.customer_id) as is_counted
    from asked
    inner join budget_pools
        on asked.programme = budget_pools.programme and budget_pools.place <= asked.reached
),

pairs as (
    select
        reached.number,
        reached.programme,
        others.number as other_number,
        others.programme as other,
        count(*) as customers,
        count(*) filter (reached.is_counted) as counted
    from reached
    inner join reached as others on reached.customer_id = others.customer_id
    group by reached.number, reached.programme, others.number, others.programme
)

select
    pairs.programme,
    pairs.other,
    pairs.customers,
    -- of the pairs of a programme, that with itself holds the most
    max(pairs.counted) over (partition by pairs.number) as counted
from pairs
order by pairs.number, pairs.other_number
