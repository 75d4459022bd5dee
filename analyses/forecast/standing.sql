/* One row per customer of standing_customers, the drill customers_ahead at the boundary period_end (variable of the
cursor): its tier on the Sunday before, MRR, what is ahead, and whether a term that runs has a renewal date. */
with dated as (
    select distinct fct_terms.customer_id
    from fct_terms
    where
        fct_terms.renews_on is not null
        and fct_terms.started_on < cast(getvariable('period_end') as date)
        and coalesce(fct_terms.ended_on, date '9999-12-31') >= cast(getvariable('period_end') as date)
),

standing as (
    select
        standing_customers.customer_id,
        standing_customers.ahead,
        coalesce(fct_tier_spells.tier, 'none') as tier,
        dated.customer_id is not null as is_dated,
        cast(standing_customers.mrr as double) as mrr
    from standing_customers
    left join dated on standing_customers.customer_id = dated.customer_id
    left join fct_tier_spells
        on standing_customers.customer_id = fct_tier_spells.customer_id
            and fct_tier_spells.valid_from <= cast(getvariable('period_end') as date) - 7
            and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > cast(getvariable('period_end') as date) - 7
)

select * from standing
