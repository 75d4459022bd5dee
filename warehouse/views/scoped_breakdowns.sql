/* The values of the breakdown inside the scope; one null for the total. */
select distinct breakdown
from scoped_slices
union
select null as breakdown
where getvariable('breakdown') is null
