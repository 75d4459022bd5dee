/* One row per customer of the scope with an order before the boundary (variable orders_until): its group ('' or the value of the
breakdown; the tier where $by_tier), its history and its gross margin (a share). The tier is that of the Sunday of the
week that begins on $week_start. */
select
    case
        when $by_tier then coalesce(fct_tier_spells.tier, 'none')
        else coalesce(scoped_slices.breakdown, '')
    end as member,
    order_histories.customer_id,
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
