/* One row per group ('' or the value of the breakdown; the tier where $by_tier) and history before the boundary
(variable orders_until): customers, the sum of their gross margins (shares), and the sum of each one's margin times what
his repeat orders cost. The tier is that of the Sunday of the week that begins on $week_start. */
with placed as (
    select
        case
            when $by_tier then coalesce(fct_tier_spells.tier, 'none')
            else coalesce(scoped_slices.breakdown, '')
        end as member,
        order_histories.repeats,
        order_histories.recency_days,
        order_histories.age_days,
        order_histories.paid_repeats,
        order_histories.repeat_amount,
        scoped_slices.gross_margin
    from order_histories
    inner join scoped_slices on order_histories.slice_id = scoped_slices.slice_id
    left join fct_tier_spells
        on $by_tier
            and order_histories.customer_id = fct_tier_spells.customer_id
            and fct_tier_spells.valid_from <= $week_start
            and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > $week_start
),

by_history as (
    select
        placed.member,
        placed.repeats,
        placed.recency_days,
        placed.age_days,
        placed.paid_repeats,
        count(*) as customers,
        cast(sum(placed.gross_margin) as double) as margin,
        cast(sum(placed.gross_margin * placed.repeat_amount) as double) as margin_amount
    from placed
    group by all
)

select * from by_history
order by all
