/* One row per tier at one boundary (opening_customers), what was ahead then, and tier at the boundary 91 days later
(closing_customers; both as standing.sql makes them): customers, how many had a renewal date, their MRR at both ends,
and the sums of squares that a variance is made of. A null tier: no customer, so they left, or came in between. */
with paired as (
    select
        opening_customers.tier,
        opening_customers.ahead,
        closing_customers.tier as to_tier,
        coalesce(opening_customers.is_dated, false) as is_dated,
        coalesce(opening_customers.mrr, 0) as mrr_before,
        coalesce(closing_customers.mrr, 0) as mrr_after
    from opening_customers
    full outer join closing_customers on opening_customers.customer_id = closing_customers.customer_id
),

flows as (
    select
        paired.tier,
        paired.ahead,
        paired.to_tier,
        count(*) as customers,
        count(*) filter (where paired.is_dated) as dated,
        sum(paired.mrr_before) as mrr_before,
        sum(paired.mrr_after) as mrr_after,
        sum(paired.mrr_before * paired.mrr_before) as before_squared,
        sum(paired.mrr_before * paired.mrr_after) as before_after,
        sum(paired.mrr_after * paired.mrr_after) as after_squared
    from paired
    group by paired.tier, paired.ahead, paired.to_tier
)

select * from flows
order by tier nulls last, ahead nulls last, to_tier nulls last
