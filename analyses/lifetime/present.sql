/* The customers at $origin by value of the breakdown (variable of the cursor) and days since their start: how many, and
how many of them were still there 13, 26, 39 and 52 weeks later. With the endings and customer-days of the 13
weeks before, in the rows of no age. Without those of the first paid day of the data where $known_only. */
with spells as (
    select
        survival_spells.breakdown,
        survival_spells.started_on,
        coalesce(survival_spells.ended_on, date '9999-12-31') as ended_on,
        survival_spells.spells
    from survival_spells
    where
        survival_spells.started_on < $origin
        and (
            not $known_only
            or survival_spells.started_on is distinct from (select data_bounds.first_paid_on from data_bounds)
        )
),

present as (
    select
        spells.breakdown,
        $origin - spells.started_on as age_days,
        cast(sum(spells.spells) as bigint) as customers,
        cast(coalesce(sum(spells.spells) filter (where spells.ended_on >= $origin + 91), 0) as bigint) as after_13,
        cast(coalesce(sum(spells.spells) filter (where spells.ended_on >= $origin + 182), 0) as bigint) as after_26,
        cast(coalesce(sum(spells.spells) filter (where spells.ended_on >= $origin + 273), 0) as bigint) as after_39,
        cast(coalesce(sum(spells.spells) filter (where spells.ended_on >= $origin + 364), 0) as bigint) as after_52
    from spells
    where spells.ended_on >= $origin
    group by all
),

before as (
    select
        spells.breakdown,
        cast(coalesce(sum(spells.spells) filter (where spells.ended_on < $origin), 0) as bigint) as ended,
        cast(
            sum(spells.spells * (least(spells.ended_on, $origin) - greatest(spells.started_on, $origin - 91)))
            as bigint
        ) as days
    from spells
    where spells.ended_on >= $origin - 91
    group by all
),

found as (
    select * from present
    union all
    select
        before.breakdown,
        null as age_days,
        before.ended as customers,
        before.days as after_13,
        0 as after_26,
        0 as after_39,
        0 as after_52
    from before
)

select * from found
order by breakdown, age_days nulls first
