/* Customers and MRR of each tier at the end of every week's Sunday up to a week, 104 weeks at most, with what
of them is neutral or elsewhere without evidence. In the scope and the breakdown of the cursor. */
select
    tier_stocks.week_start as week,
    tier_stocks.breakdown,
    tier_stocks.tier,
    tier_stocks.customers,
    tier_stocks.mrr,
    tier_stocks.customers_without_evidence,
    tier_stocks.mrr_without_evidence
from tier_stocks
cross join data_bounds
where
    tier_stocks.week_start <= $week
    and tier_stocks.week_start > $week - 7 * $weeks
    and tier_stocks.week_start + 6 <= data_bounds.last_sunday
order by tier_stocks.week_start, tier_stocks.breakdown, tier_stocks.tier
