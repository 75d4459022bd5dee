/* One row per breakdown and day on which customers left: how many there were at its start, and how many of them left. */
with edges as (
    select survival_spells.breakdown, survival_spells.started_on as day, survival_spells.spells as started, 0 as ended
    from survival_spells
    union all
    select survival_spells.breakdown, survival_spells.ended_on as day, 0 as started, survival_spells.spells as ended
    from survival_spells
    where survival_spells.ended_on is not null
),

days as (
    select
        edges.breakdown,
        edges.day,
        sum(edges.started) as started,
        sum(edges.ended) as ended
    from edges
    group by edges.breakdown, edges.day
),

stocks as (
    select
        days.breakdown,
        days.day,
        cast(sum(days.started - days.ended) over (
            partition by days.breakdown order by days.day
            rows between unbounded preceding and 1 preceding
        ) as bigint) as opening_customers,
        cast(days.ended as bigint) as ended_customers
    from days
)

select * from stocks
where ended_customers > 0
