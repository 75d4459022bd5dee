/*
label      = "Times as a customer"
definition = "Each unbroken time as a customer that began before the end of the period: its days until then, whether it had ended, and the day from which it is watched."
entity     = "customer"
measures   = { days = "days", ended = "count" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "eco_ltvcac", part = "input", total = "days" },
    { metric = "ltv_km", part = "input", total = "days" },
    { metric = "ret_km", part = "input", total = "days" },
    { metric = "ret_rmst", part = "input", total = "days" },
]
*/
with times as (
    select
        fct_activity_spells.customer_id,
        fct_activity_spells.valid_from as started_on,
        case when fct_activity_spells.valid_to < cast(getvariable('period_end') as date)
                then fct_activity_spells.valid_to
        end as ended_on,
        fct_activity_spells.watched_from
    from fct_activity_spells
    inner join scoped_slices on fct_activity_spells.slice_id = scoped_slices.slice_id
    where fct_activity_spells.valid_from < cast(getvariable('period_end') as date)
)

select
    customer_id,
    coalesce(ended_on, cast(getvariable('period_end') as date)) - started_on as days,
    case when ended_on is null then 0 else 1 end as ended,
    started_on,
    ended_on,
    watched_from
from times
