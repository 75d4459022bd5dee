/* One row per week and customer with a tier at the end of its Sunday: the tier, that of the week before
(null: not active then), the rule in force and the evidence for it, newest first. Filter by week_start. */
with placed as (
    select
        week_start,
        customer_id,
        slice_id,
        tier,
        raw_tier,
        rule,
        evidence_status,
        string_agg(evidence, '; ' order by event_on desc, table_order asc, source_id asc) as evidence
    from tier_evidence
    group by all
)

select
    placed.week_start,
    placed.customer_id,
    fct_customers.customer_name,
    placed.slice_id,
    placed.tier,
    earlier.tier as previous_tier,
    placed.raw_tier,
    placed.rule,
    placed.evidence_status,
    placed.evidence,
    fct_mrr_spells.mrr
from placed
inner join fct_customers on placed.customer_id = fct_customers.customer_id
left join fct_tier_spells as earlier
    on placed.customer_id = earlier.customer_id
        and placed.week_start - 7 >= earlier.valid_from
        and placed.week_start - 7 < coalesce(earlier.valid_to, date '9999-12-31')
left join fct_mrr_spells
    on placed.customer_id = fct_mrr_spells.customer_id
        and fct_mrr_spells.valid_from <= placed.week_start + 6
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') > placed.week_start + 6
