/* One row per period of the grain in force, breakdown, pair of states and kind of move; stays are not rows.
States are the five tiers, new, reactivated and churned; direction 1 is up, -1 down, null an entry or exit. */
select
    scoped_periods.grain,
    scoped_periods.period_start,
    scoped_periods.period_end,
    scoped_periods.is_closed,
    scoped_slices.breakdown,
    mart_flows.from_state,
    mart_flows.to_state,
    mart_flows.direction,
    mart_flows.is_expired,
    cast(sum(mart_flows.customers) as bigint) as customers,
    sum(mart_flows.mrr) as mrr
from mart_flows
inner join scoped_slices on mart_flows.slice_id = scoped_slices.slice_id
inner join scoped_periods
    on mart_flows.grain = scoped_periods.grain and mart_flows.period_start = scoped_periods.period_start
group by all
