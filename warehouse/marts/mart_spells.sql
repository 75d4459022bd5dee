/* One row per slice, tier at entry, first, first watched and last day of an unbroken time as a customer: how many such spells. What
survival needs, and smaller than one row a customer where many start and end on the same days. The tier at entry is
that of the first Sunday on or after the first day; 'none' for who had left by then. */
with mart_spells as (
    select
        fct_activity_spells.slice_id,
        coalesce(fct_tier_spells.tier, 'none') as entry_tier,
        fct_activity_spells.valid_from as started_on,
        fct_activity_spells.valid_to as ended_on,
        fct_activity_spells.watched_from,
        count(*) as spells
    from fct_activity_spells
    left join fct_tier_spells
        on fct_activity_spells.customer_id = fct_tier_spells.customer_id
            and fct_tier_spells.valid_from <= cast(date_trunc('week', fct_activity_spells.valid_from) as date)
            and coalesce(fct_tier_spells.valid_to, date '9999-12-31')
            > cast(date_trunc('week', fct_activity_spells.valid_from) as date)
    group by
        fct_activity_spells.slice_id, coalesce(fct_tier_spells.tier, 'none'), fct_activity_spells.valid_from,
        fct_activity_spells.valid_to, fct_activity_spells.watched_from
)

select * from mart_spells
