/*
severity = "warning"
rank = 11
beside = "tiers"
description = "Advocates are at most 10 % of the customers."
advice = "Advocates promote unasked, usually a low single-digit share. Are incentivised referrals counted as unsolicited? Give them their reward code, or mark them as solicited."
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
        coalesce(
            sum(mart_tier_changes.customers_change) filter (where mart_tier_changes.tier = 'advocate'), 0
        ) as advocates
    from mart_tier_changes
    inner join last_week on mart_tier_changes.week_start <= last_week.week_start
)

select
    format(
        '{:,} of {:,} customers are advocates: are incentivised referrals counted as unsolicited?',
        tiers.advocates, tiers.customers
    ) as remark
from tiers
cross join settings
where tiers.advocates > 0.1 * tiers.customers and tiers.customers >= settings.minimum_denominator
