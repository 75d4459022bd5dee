/* The customers of each tier at the last Sunday of the newest closed week, and those of them without evidence. */
with newest as (
    select max(period_start) as week_start
    from periods
    where grain = 'week' and is_closed
)

select
    mart_tier_changes.tier,
    sum(mart_tier_changes.customers_change) as customers,
    sum(mart_tier_changes.without_evidence_change) as without_evidence
from mart_tier_changes
inner join newest on mart_tier_changes.week_start <= newest.week_start
group by mart_tier_changes.tier
