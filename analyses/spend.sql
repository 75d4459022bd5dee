/* What was spent in each closed quarter from $first to $last, by purpose and channel, and in how many costs. */
select
    periods.period_start,
    costs.purpose,
    coalesce(costs.channel, '') as channel,
    sum(costs.amount) as amount,
    count(*) as costs
from costs
inner join periods on costs.month >= periods.period_start and costs.month < periods.period_end
where
    periods.grain = 'quarter'
    and periods.period_start between $first and $last
group by periods.period_start, costs.purpose, coalesce(costs.channel, '')
order by periods.period_start, costs.purpose, channel
