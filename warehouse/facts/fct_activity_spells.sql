/* One row per customer and unbroken time with MRR above 0: [valid_from, valid_to), null = running.
started_mrr is the MRR with which the spell began. watched_from: left truncation. A spell that began before the records
did is watched only from the day on which they begin, since those that had ended by then are not in the export. */
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

spells as (
    select
        edges.customer_id,
        edges.slice_id,
        edges.changed_on as valid_from,
        edges.next_edge_on as valid_to,
        edges.mrr_after as started_mrr
    from edges
    where edges.mrr_before = 0
),

first_records as (
    select min(customers.created_on) as created_on from customers
),

history as (
    -- a customer lost before the first record was made shows that the export reaches further back
    select
        least(
            any_value(first_records.created_on), min(spells.valid_from) filter (
                where spells.valid_to <= first_records.created_on
            )
        ) as begins_on
    from first_records
    left join spells on first_records.created_on > spells.valid_from
),

fct_activity_spells as (
    select
        spells.customer_id,
        spells.slice_id,
        spells.valid_from,
        spells.valid_to,
        spells.started_mrr,
        greatest(spells.valid_from, coalesce(history.begins_on, spells.valid_from)) as watched_from
    from spells
    cross join history
)

select * from fct_activity_spells
