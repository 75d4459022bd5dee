/* The periods of the grain in force (variable of the cursor, week when unset). */
select *
from periods
where grain = coalesce(cast(getvariable('grain') as varchar), 'week')
