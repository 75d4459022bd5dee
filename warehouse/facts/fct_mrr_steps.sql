/* One row per customer and day on which the customer's total MRR changes: before and after that day.
The terms that end and start on one day are one step, so a renewal at the same price is none. */
with term_changes as (
    select
        fct_terms.customer_id, fct_terms.slice_id, fct_terms.started_on as changed_on, fct_terms.mrr as mrr_change
    from fct_terms
    union all
    select
        fct_terms.customer_id, fct_terms.slice_id, fct_terms.ended_on as changed_on, -fct_terms.mrr as mrr_change
    from fct_terms
    where fct_terms.ended_on is not null
),

daily_changes as (
    select
        term_changes.customer_id,
        term_changes.slice_id,
        term_changes.changed_on,
        sum(term_changes.mrr_change) as mrr_change
    from term_changes
    group by term_changes.customer_id, term_changes.slice_id, term_changes.changed_on
    having sum(term_changes.mrr_change) <> 0
),

totals as (
    select
        daily_changes.customer_id,
        daily_changes.slice_id,
        daily_changes.changed_on,
        sum(daily_changes.mrr_change) over (
            partition by daily_changes.customer_id order by daily_changes.changed_on
            rows between unbounded preceding and current row
        ) as mrr,
        lead(daily_changes.changed_on) over (
            partition by daily_changes.customer_id order by daily_changes.changed_on
        ) as next_changed_on
    from daily_changes
),

-- a renewal booked within the days of grace is no churn: the term is taken to have run on
bridged as (
    select
        totals.customer_id,
        totals.slice_id,
        totals.changed_on,
        case
            when totals.mrr = 0
                and date_diff('day', totals.changed_on, totals.next_changed_on) <= settings.renewal_grace_days
                then lag(totals.mrr) over (partition by totals.customer_id order by totals.changed_on)
            else totals.mrr
        end as mrr
    from totals
    cross join settings
),

steps as (
    select
        bridged.customer_id,
        bridged.slice_id,
        bridged.changed_on,
        cast(coalesce(
            lag(bridged.mrr) over (partition by bridged.customer_id order by bridged.changed_on), 0
        ) as decimal(38, 6)) as mrr_before,
        cast(bridged.mrr as decimal(38, 6)) as mrr_after
    from bridged
),

fct_mrr_steps as (
    select
        steps.customer_id,
        steps.slice_id,
        steps.changed_on,
        steps.mrr_before,
        steps.mrr_after,
        lead(steps.changed_on) over (partition by steps.customer_id order by steps.changed_on) as next_changed_on
    from steps
    where steps.mrr_before <> steps.mrr_after
)

select * from fct_mrr_steps
