/*
severity = "warning"
rank = 11
beside = "tiers"
description = "Advocates are at most 10 % of the customers."
advice = "Advocates promote unasked, usually a low single-digit share. Are incentivised referrals counted as unsolicited? Give them their reward code, or mark them as solicited."
untested = """
select format('there are fewer than {} customers', minimum_denominator) from settings
where (select coalesce(sum(customers), 0) from newest_tiers) < minimum_denominator
"""
*/
with tiers as (
    select
        coalesce(sum(customers), 0) as customers,
        coalesce(sum(customers) filter (where tier = 'advocate'), 0) as advocates
    from newest_tiers
)

select
    format(
        '{:,} of {:,} customers are advocates: are incentivised referrals counted as unsolicited?',
        tiers.advocates, tiers.customers
    ) as remark
from tiers
cross join settings
where tiers.advocates > 0.1 * tiers.customers and tiers.customers >= settings.minimum_denominator
