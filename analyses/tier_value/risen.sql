/* One row: how many customers of the scope rose on evidence to loyal or advocate with 26 weeks of data before and
after, before until, and the first and last Monday of such a rise. Most of them cannot be compared: see rises.sql. */
with index_weeks as (
    select periods.period_start as week_start
    from periods
    cross join data_bounds
    where
        periods.grain = 'week'
        and periods.period_end - 182 >= data_bounds.first_paid_on
        and periods.period_end + 182 <= cast(getvariable('until') as date)
)

select
    count(distinct fct_tier_moves.customer_id) as customers,
    min(fct_tier_moves.period_start) as first_week,
    max(fct_tier_moves.period_start) as last_week
from fct_tier_moves
inner join index_weeks on fct_tier_moves.period_start = index_weeks.week_start
inner join scoped_slices on fct_tier_moves.slice_id = scoped_slices.slice_id
where
    fct_tier_moves.grain = 'week'
    and fct_tier_moves.direction = 1
    and not fct_tier_moves.is_expired
    and fct_tier_moves.to_state in ('loyal', 'advocate')
