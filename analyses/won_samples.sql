/* One row: of the new business won in the 91 days before $until, exclusive, in the scope, how many amounts above 0
there are with their mean and standard deviation, and the same of the days from creation to close. */
select
    count(fct_opportunities.amount) filter (where fct_opportunities.amount > 0) as amounts,
    avg(cast(fct_opportunities.amount as double)) filter (where fct_opportunities.amount > 0) as mean_amount,
    stddev_samp(cast(fct_opportunities.amount as double)) filter (where fct_opportunities.amount > 0)
        as deviation_of_amount,
    count(fct_opportunities.cycle_days) as cycles,
    avg(fct_opportunities.cycle_days) as mean_cycle,
    stddev_samp(fct_opportunities.cycle_days) as deviation_of_cycle
from fct_opportunities
inner join scoped_slices on fct_opportunities.slice_id = scoped_slices.slice_id
where
    fct_opportunities.is_new_business
    and fct_opportunities.is_won
    and fct_opportunities.closed_on >= $until - 91
    and fct_opportunities.closed_on < $until
