/* Customers and MRR of each tier at the end of every week's Sunday inside the scope: one row per week,
breakdown and tier, zeros included. */
with tiers as (
    select unnest(['actively_dissatisfied', 'dissatisfied', 'neutral', 'loyal', 'advocate']) as tier
),

scoped as (
    select
        mart_tier_changes.week_start,
        scoped_slices.breakdown,
        mart_tier_changes.tier,
        sum(mart_tier_changes.customers_change) as customers_change,
        sum(mart_tier_changes.mrr_change) as mrr_change,
        sum(mart_tier_changes.without_evidence_change) as without_evidence_change,
        sum(mart_tier_changes.mrr_without_evidence_change) as mrr_without_evidence_change
    from mart_tier_changes
    inner join scoped_slices on mart_tier_changes.slice_id = scoped_slices.slice_id
    group by mart_tier_changes.week_start, scoped_slices.breakdown, mart_tier_changes.tier
),

filled as (
    select
        periods.period_start as week_start,
        scoped_breakdowns.breakdown,
        tiers.tier,
        coalesce(scoped.customers_change, 0) as customers_change,
        coalesce(scoped.mrr_change, 0) as mrr_change,
        coalesce(scoped.without_evidence_change, 0) as without_evidence_change,
        coalesce(scoped.mrr_without_evidence_change, 0) as mrr_without_evidence_change
    from periods
    cross join scoped_breakdowns
    cross join tiers
    left join scoped
        on periods.period_start = scoped.week_start
            and tiers.tier = scoped.tier
            and scoped_breakdowns.breakdown is not distinct from scoped.breakdown
    where periods.grain = 'week'
)

select
    filled.week_start,
    filled.breakdown,
    filled.tier,
    cast(sum(filled.customers_change) over until_sunday as bigint) as customers,
    sum(filled.mrr_change) over until_sunday as mrr,
    cast(sum(filled.without_evidence_change) over until_sunday as bigint) as customers_without_evidence,
    sum(filled.mrr_without_evidence_change) over until_sunday as mrr_without_evidence
from filled
window until_sunday as (
    partition by filled.breakdown, filled.tier order by filled.week_start
    rows between unbounded preceding and current row
)
