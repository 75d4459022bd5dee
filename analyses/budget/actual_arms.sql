/* One row per period and arm of the temporary table followed_members (actual_spans.sql): customers, how many of them were
still customers at the period's end, and mean and deviation of what one earned in it less its level. */
select
    period_start,
    arm,
    count(*) as customers,
    count(*) filter (is_kept) as kept,
    avg(earned - level) as changed_by,
    stddev_samp(earned - level) as deviation
from followed_members
group by period_start, arm
order by period_start, arm
