/* How many stays of the whole company ended before $until, and how many of them within half a month ($month / 2 days) of a
multiple of 12, 6 and 3 months. Without those of the first paid day of the data where $known_only. */
with endings as (
    select (fct_activity_spells.valid_to - fct_activity_spells.valid_from) / $month as months
    from fct_activity_spells
    where
        fct_activity_spells.valid_to < $until
        and (
            not $known_only
            or fct_activity_spells.valid_from is distinct from (select data_bounds.first_paid_on from data_bounds)
        )
),

counts as (
    select
        count(*) as endings,
        count(*) filter (abs(endings.months - 12 * greatest(1, round(endings.months / 12))) <= 0.5) as yearly,
        count(*) filter (abs(endings.months - 6 * greatest(1, round(endings.months / 6))) <= 0.5) as half_yearly,
        count(*) filter (abs(endings.months - 3 * greatest(1, round(endings.months / 3))) <= 0.5) as quarterly
    from endings
)

select * from counts
