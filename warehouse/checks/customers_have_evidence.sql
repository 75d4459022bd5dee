/*
severity = "warning"
rank = 12
beside = "tiers"
description = "At least half of the customers have evidence for their tier."
advice = "Neutral by default is unknown, not content: read the tiers of the customers with evidence, and ask the others."
untested = """
select format('there are fewer than {} customers', minimum_denominator) from settings
where (
    select coalesce(sum(customers_change), 0) from mart_tier_changes
    where week_start <= (select max(period_start) from periods where grain = 'week' and is_closed)
) < minimum_denominator
"""
*/
with last_week as (
    select max(period_start) as week_start
    from periods
    where grain = 'week' and is_closed
),

tiers as (
    select
        coalesce(sum(mart_tier_changes.customers_change), 0) as customers,
        coalesce(sum(mart_tier_changes.without_evidence_change), 0) as silent
    from mart_tier_changes
    inner join last_week on mart_tier_changes.week_start <= last_week.week_start
)

select
    format(
        '{:,} of {:,} customers have no evidence for their tier: read the shares of those who have',
        tiers.silent, tiers.customers
    ) as remark
from tiers
cross join settings
where tiers.silent > 0.5 * tiers.customers and tiers.customers >= settings.minimum_denominator
