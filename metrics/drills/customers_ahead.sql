/*
label      = "Customers by what is ahead"
definition = "Customers at the end of the period, with their MRR, by what their terms said then of the 13 weeks ahead: cancelled (each term that runs is cancelled and ends in them), renewal_due (a contract of whole years that is not cancelled has its renewal date in them), or other. Only what was known at the end of the period counts: a cancellation handed in afterwards is none yet. A shorter contract is other: its renewal date moves on while it runs, so that of then is not known any more."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = ["ahead"]
tables     = ["subscriptions"]
explains   = []
*/
with running as (
    select
        fct_terms.customer_id,
        fct_terms.renews_on,
        fct_terms.ended_on,
        coalesce(fct_terms.cancelled_on < cast(getvariable('period_end') as date), false) as is_cancelled
    from fct_terms
    where
        fct_terms.started_on < cast(getvariable('period_end') as date)
        and coalesce(fct_terms.ended_on, date '9999-12-31') >= cast(getvariable('period_end') as date)
),

-- terms that follow each other to one renewal date are one contract: a change of plan does not renew it
contracts as (
    select
        fct_terms.customer_id,
        fct_terms.renews_on,
        date_diff('day', min(fct_terms.started_on), fct_terms.renews_on) / 365.2425 as years
    from fct_terms
    where
        fct_terms.started_on < cast(getvariable('period_end') as date)
        and fct_terms.renews_on >= cast(getvariable('period_end') as date)
        and fct_terms.renews_on < cast(getvariable('period_end') as date) + 91
    group by fct_terms.customer_id, fct_terms.renews_on
),

known as (
    select
        running.customer_id,
        bool_and(
            running.is_cancelled
            and coalesce(running.ended_on < cast(getvariable('period_end') as date) + 91, false)
        ) as is_leaving,
        max(running.ended_on) filter (where running.is_cancelled) as ends_on,
        -- three days: leap years
        min(contracts.renews_on) filter (
            where
            not running.is_cancelled
            and round(contracts.years) >= 1
            and abs(contracts.years - round(contracts.years)) * 365.2425 <= 3
        ) as due_on
    from running
    left join contracts on running.customer_id = contracts.customer_id and running.renews_on = contracts.renews_on
    group by running.customer_id
),

standing as (
    select
        fct_mrr_spells.customer_id,
        fct_mrr_spells.mrr,
        case when known.is_leaving then 'cancelled' when known.due_on is not null then 'renewal_due' else 'other' end
            as ahead,
        case when known.is_leaving then known.ends_on else known.due_on end as ahead_on
    from fct_mrr_spells
    inner join scoped_slices on fct_mrr_spells.slice_id = scoped_slices.slice_id
    left join known on fct_mrr_spells.customer_id = known.customer_id
    where
        fct_mrr_spells.valid_from < cast(getvariable('period_end') as date)
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= cast(getvariable('period_end') as date)
)

select * from standing
where ahead = coalesce(getvariable('ahead'), ahead)
