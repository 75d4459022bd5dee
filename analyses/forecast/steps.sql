/* One row per tier at the boundary period_end (variable of the cursor), what was ahead then, and tier 91 days later:
customers, their MRR at both ends, and the sums of squares that a variance is made of. A null tier: no customer, so
they left, or came in between. dated: with a renewal date on a term that runs. standing_customers is the drill customers_ahead at the boundary. */
with dated as (
    select distinct fct_terms.customer_id
    from fct_terms
    where
        fct_terms.renews_on is not null
        and fct_terms.started_on < cast(getvariable('period_end') as date)
        and coalesce(fct_terms.ended_on, date '9999-12-31') >= cast(getvariable('period_end') as date)
),

opening as (
    select
        standing_customers.customer_id,
        standing_customers.mrr,
        standing_customers.ahead,
        dated.customer_id is not null as is_dated,
        coalesce(fct_tier_spells.tier, 'none') as tier
    from standing_customers
    left join dated on standing_customers.customer_id = dated.customer_id
    left join fct_tier_spells
        on standing_customers.customer_id = fct_tier_spells.customer_id
            and fct_tier_spells.valid_from <= cast(getvariable('period_end') as date) - 7
            and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > cast(getvariable('period_end') as date) - 7
),

closing as (
    select
        fct_mrr_spells.customer_id,
        fct_mrr_spells.mrr,
        coalesce(fct_tier_spells.tier, 'none') as tier
    from fct_mrr_spells
    inner join scoped_slices on fct_mrr_spells.slice_id = scoped_slices.slice_id
    left join fct_tier_spells
        on fct_mrr_spells.customer_id = fct_tier_spells.customer_id
            and fct_tier_spells.valid_from <= cast(getvariable('period_end') as date) + 84
            and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > cast(getvariable('period_end') as date) + 84
    where
        fct_mrr_spells.valid_from < cast(getvariable('period_end') as date) + 91
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= cast(getvariable('period_end') as date) + 91
),

paired as (
    select
        opening.tier,
        opening.ahead,
        closing.tier as to_tier,
        coalesce(opening.is_dated, false) as is_dated,
        cast(coalesce(opening.mrr, 0) as double) as mrr_before,
        cast(coalesce(closing.mrr, 0) as double) as mrr_after
    from opening
    full outer join closing on opening.customer_id = closing.customer_id
)

select
    tier,
    ahead,
    to_tier,
    count(*) as customers,
    count(*) filter (where is_dated) as dated,
    sum(mrr_before) as mrr_before,
    sum(mrr_after) as mrr_after,
    sum(mrr_before * mrr_before) as before_squared,
    sum(mrr_before * mrr_after) as before_after,
    sum(mrr_after * mrr_after) as after_squared
from paired
group by tier, ahead, to_tier
order by tier nulls last, ahead nulls last, to_tier nulls last
