/* The values of the breakdown inside the scope, and whether each holds the whole company: a part of it has no costs of
its own. */
with slice_counts as (
    select
        scoped_breakdowns.breakdown,
        count(scoped_slices.slice_id) as slices
    from scoped_breakdowns
    left join scoped_slices on scoped_breakdowns.breakdown is not distinct from scoped_slices.breakdown
    group by scoped_breakdowns.breakdown
)

select
    breakdown,
    slices = (select count(*) from slices) as is_whole
from slice_counts
