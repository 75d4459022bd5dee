/*
severity = "warning"
rank = 12
beside = "tiers"
description = "At least half of the customers have evidence for their tier."
advice = "Neutral by default is unknown, not content: read the tiers of the customers with evidence, and ask the others."
untested = """
select format('there are fewer than {} customers', minimum_denominator) from settings
where (select coalesce(sum(customers), 0) from newest_tiers) < minimum_denominator
"""
*/
with tiers as (
    select
        coalesce(sum(customers), 0) as customers,
        coalesce(sum(without_evidence), 0) as silent
    from newest_tiers
)

select
    format(
        '{:,} of {:,} customers have no evidence for their tier: read the shares of those who have',
        tiers.silent, tiers.customers
    ) as remark
from tiers
cross join settings
where tiers.silent > 0.5 * tiers.customers and tiers.customers >= settings.minimum_denominator
