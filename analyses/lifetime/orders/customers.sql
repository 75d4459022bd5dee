/* One row per customer of the scope with an order before the boundary (variable orders_until), at most $most, those to
bring the most first: what was bought, P(alive), the repeat orders expected and the margin of the next 52 weeks (null where
spend does not stand). The lists hold one entry a history: its key, P(alive), orders expected, the same discounted.
$p, $q, $v: the parameters of Gamma-Gamma. */
with expected as (
    select
        unnest($repeats::bigint[]) as repeats,
        unnest($recency_days::bigint[]) as recency_days,
        unnest($age_days::bigint[]) as age_days,
        unnest($alive::double[]) as alive,
        unnest($orders::double[]) as orders,
        unnest($discounted::double[]) as discounted
),

valued as (
    select
        order_histories.customer_id,
        order_histories.repeats,
        order_histories.last_on,
        order_histories.amount,
        expected.alive,
        expected.orders,
        $p * ($v + order_histories.repeat_amount) / ($p * order_histories.paid_repeats + $q - 1) as spend,
        expected.discounted * scoped_slices.gross_margin as discounted_margin
    from order_histories
    inner join scoped_slices on order_histories.slice_id = scoped_slices.slice_id
    inner join expected
        on order_histories.repeats = expected.repeats
            and order_histories.recency_days = expected.recency_days
            and order_histories.age_days = expected.age_days
),

placed as (
    select
        valued.customer_id,
        fct_customers.customer_name,
        valued.repeats,
        valued.last_on,
        valued.amount,
        valued.alive,
        valued.orders,
        valued.spend,
        valued.discounted_margin * valued.spend as value
    from valued
    inner join fct_customers on valued.customer_id = fct_customers.customer_id
)

select * from placed
order by value desc nulls last, orders desc, customer_id asc
limit $most
