/*
severity = "warning"
rank = 10
beside = "tiers"
description = "Where nobody is actively dissatisfied, there are cases that could say so."
advice = "Nobody could look angry: export the cases, with the field that marks a complaint, and build."
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
            sum(mart_tier_changes.customers_change) filter (where mart_tier_changes.tier = 'actively_dissatisfied'), 0
        ) as angry
    from mart_tier_changes
    inner join last_week on mart_tier_changes.week_start <= last_week.week_start
)

select 'no case data loaded: that nobody is actively dissatisfied does not mean that nobody is unhappy' as remark
from tiers
where customers > 0 and angry = 0 and not exists (select 1 from cases)
