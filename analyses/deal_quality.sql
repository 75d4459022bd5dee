/* One row: the new business won in the 91 days before $until, exclusive, in the scope, and how much of it cannot be
taken as it is. */
select
    count(*) as won,
    count(*) filter (where coalesce(fct_opportunities.amount, 0) <= 0) as without_amount,
    count(*) filter (where fct_opportunities.closed_on = fct_opportunities.created_on) as on_first_day,
    count(*) filter (where fct_opportunities.closed_on < fct_opportunities.created_on) as before_created
from fct_opportunities
inner join scoped_slices on fct_opportunities.slice_id = scoped_slices.slice_id
where
    fct_opportunities.is_new_business
    and fct_opportunities.is_won
    and fct_opportunities.closed_on >= $until - 91
    and fct_opportunities.closed_on < $until
