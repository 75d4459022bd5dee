/* One row per customer and unbroken time at one MRR above 0: [valid_from, valid_to), null = running. */
with fct_mrr_spells as (
    select
        fct_mrr_steps.customer_id,
        fct_mrr_steps.slice_id,
        fct_mrr_steps.changed_on as valid_from,
        fct_mrr_steps.next_changed_on as valid_to,
        fct_mrr_steps.mrr_after as mrr
    from fct_mrr_steps
    where fct_mrr_steps.mrr_after > 0
)

select * from fct_mrr_spells
