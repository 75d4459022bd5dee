/* One row per slice, first and last day of an unbroken time as a customer: how many such spells. What
survival needs, and smaller than one row a customer where many start and end on the same days. */
with mart_spells as (
    select
        fct_activity_spells.slice_id,
        fct_activity_spells.valid_from as started_on,
        fct_activity_spells.valid_to as ended_on,
        count(*) as spells
    from fct_activity_spells
    group by fct_activity_spells.slice_id, fct_activity_spells.valid_from, fct_activity_spells.valid_to
)

select * from mart_spells
