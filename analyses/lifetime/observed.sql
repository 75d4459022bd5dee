/* One row per value of the breakdown (variable of the cursor) and day of tenure: how many spells of activity ended
at it, and how many left the risk set there, ended or cut off at $until. As in ltv_km: all history before the
boundary, every spell watched from its first day, one that ends on the boundary or later cut off there. */
with tenures as (
    select
        survival_spells.breakdown,
        least(coalesce(survival_spells.ended_on, $until), $until) - survival_spells.started_on as tenure_days,
        case when survival_spells.ended_on < $until then survival_spells.spells else 0 end as ended,
        survival_spells.spells
    from survival_spells
    where survival_spells.started_on < $until
),

by_day as (
    select
        tenures.breakdown,
        tenures.tenure_days,
        cast(sum(tenures.ended) as bigint) as ended,
        cast(sum(tenures.spells) as bigint) as gone
    from tenures
    group by all
)

select * from by_day
order by breakdown, tenure_days
