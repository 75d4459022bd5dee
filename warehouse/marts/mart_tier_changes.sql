/* One row per week, slice and tier in which the tier's customers or their MRR changed. The running sums over
the weeks are the tier's stock at the end of each Sunday. */
with weekly_mrr as (
    -- MRR as it stands at the end of each Sunday: a spell that no Sunday sees is dropped
    select
        fct_mrr_spells.customer_id,
        cast(date_trunc('week', fct_mrr_spells.valid_from) as date) as valid_from,
        cast(date_trunc('week', fct_mrr_spells.valid_to) as date) as valid_to,
        fct_mrr_spells.mrr
    from fct_mrr_spells
    where
        fct_mrr_spells.valid_to is null
        or date_trunc('week', fct_mrr_spells.valid_from) < date_trunc('week', fct_mrr_spells.valid_to)
),

tiered_mrr as (
    select
        fct_tier_spells.slice_id,
        fct_tier_spells.tier,
        greatest(fct_tier_spells.valid_from, weekly_mrr.valid_from) as valid_from,
        least(
            coalesce(fct_tier_spells.valid_to, weekly_mrr.valid_to),
            coalesce(weekly_mrr.valid_to, fct_tier_spells.valid_to)
        ) as valid_to,
        weekly_mrr.mrr,
        case when fct_tier_spells.rule = 'R5b' then 1 else 0 end as without_evidence
    from fct_tier_spells
    inner join weekly_mrr
        on fct_tier_spells.customer_id = weekly_mrr.customer_id
            and fct_tier_spells.valid_from < coalesce(weekly_mrr.valid_to, date '9999-12-31')
            and weekly_mrr.valid_from < coalesce(fct_tier_spells.valid_to, date '9999-12-31')
),

changes as (
    select
        tiered_mrr.slice_id, tiered_mrr.tier, tiered_mrr.valid_from as week_start,
        1 as customers, tiered_mrr.mrr, tiered_mrr.without_evidence
    from tiered_mrr
    union all
    select
        tiered_mrr.slice_id, tiered_mrr.tier, tiered_mrr.valid_to as week_start,
        -1 as customers, -tiered_mrr.mrr as mrr, -tiered_mrr.without_evidence as without_evidence
    from tiered_mrr
    where tiered_mrr.valid_to is not null
),

mart_tier_changes as (
    select
        changes.week_start,
        changes.slice_id,
        changes.tier,
        sum(changes.customers) as customers_change,
        sum(changes.mrr) as mrr_change,
        sum(changes.without_evidence) as without_evidence_change,
        sum(case when changes.without_evidence = 0 then 0 else changes.mrr end) as mrr_without_evidence_change
    from changes
    group by changes.week_start, changes.slice_id, changes.tier
)

select * from mart_tier_changes
