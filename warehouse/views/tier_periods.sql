/* One row per period of the grain in force, breakdown and tier: the tier at the last Sunday of the period,
and at the last Sunday before it (opening_*). */
select
    scoped_periods.grain,
    scoped_periods.period_start,
    scoped_periods.period_end,
    scoped_periods.is_closed,
    closing.breakdown,
    closing.tier,
    closing.customers,
    closing.mrr,
    closing.customers_without_evidence,
    closing.mrr_without_evidence,
    coalesce(opening.customers, 0) as opening_customers,
    coalesce(opening.mrr, 0) as opening_mrr
from scoped_periods
inner join tier_stocks as closing on scoped_periods.closing_week = closing.week_start
left join tier_stocks as opening
    on scoped_periods.opening_week = opening.week_start
        and closing.tier = opening.tier
        and closing.breakdown is not distinct from opening.breakdown
