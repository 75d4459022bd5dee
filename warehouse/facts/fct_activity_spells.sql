/* One row per customer and unbroken time with MRR above 0: [valid_from, valid_to), null = running.
started_mrr is the MRR with which the spell began. */
with edges as (
    select
        fct_mrr_steps.customer_id,
        fct_mrr_steps.slice_id,
        fct_mrr_steps.changed_on,
        fct_mrr_steps.mrr_before,
        fct_mrr_steps.mrr_after,
        lead(fct_mrr_steps.changed_on) over (
            partition by fct_mrr_steps.customer_id order by fct_mrr_steps.changed_on
        ) as next_edge_on
    from fct_mrr_steps
    where fct_mrr_steps.mrr_before = 0 or fct_mrr_steps.mrr_after = 0
),

fct_activity_spells as (
    select
        edges.customer_id,
        edges.slice_id,
        edges.changed_on as valid_from,
        edges.next_edge_on as valid_to,
        edges.mrr_after as started_mrr
    from edges
    where edges.mrr_before = 0
)

select * from fct_activity_spells
