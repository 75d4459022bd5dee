/* One row per number of repeat orders above 0 and their sum, to the cent: how many customers have both. */
with repeaters as (
    select
        order_histories.paid_repeats,
        round(order_histories.repeat_amount, 2) as repeat_amount
    from order_histories
    where order_histories.paid_repeats > 0
),

by_spend as (
    select
        repeaters.paid_repeats,
        cast(repeaters.repeat_amount as double) as repeat_amount,
        count(*) as customers
    from repeaters
    group by all
)

select * from by_spend
order by paid_repeats, repeat_amount
