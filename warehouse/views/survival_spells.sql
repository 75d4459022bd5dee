/* One row per breakdown, tier at entry, first and last day of an unbroken time as a customer, with their number and the
day from which they are watched: later than the first where the records begin later. */
select
    scoped_slices.breakdown,
    mart_spells.entry_tier,
    mart_spells.started_on,
    mart_spells.ended_on,
    mart_spells.watched_from,
    cast(sum(mart_spells.spells) as bigint) as spells
from mart_spells
inner join scoped_slices on mart_spells.slice_id = scoped_slices.slice_id
group by
    scoped_slices.breakdown, mart_spells.entry_tier, mart_spells.started_on, mart_spells.ended_on,
    mart_spells.watched_from
