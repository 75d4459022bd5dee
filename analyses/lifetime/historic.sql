/* One row per way of acquisition (contract: by a paid term; order: by an order without one), quarter of it (calendar, by
its first day) and step of 91 days since the acquisition of each customer, of the scope, before $until: customers
acquired, the last day one was, and of what began or ended in the step the sums of margin a month, of margin a month x its
age in days, and of margin at once. MRR counts from its first to its last paid day, a month as 365.2425 / 12 days; an
order counts on its day with its own margin, else with the share of its segment; a refund subtracts. Acquired: the first
paid day or the first order. */
with firsts as (
    select
        fct_mrr_spells.customer_id,
        fct_mrr_spells.slice_id,
        fct_mrr_spells.valid_from as started_on,
        'contract' as acquired_by
    from fct_mrr_spells
    where fct_mrr_spells.valid_from < $until
    union all
    select
        fct_orders.customer_id,
        fct_orders.slice_id,
        fct_orders.ordered_on as started_on,
        'order' as acquired_by
    from fct_orders
    where fct_orders.amount >= 0 and fct_orders.ordered_on < $until
),

acquired as (
    select
        firsts.customer_id,
        scoped_slices.gross_margin,
        min(firsts.started_on) as acquired_on,
        -- a contract from the day of the first order on is a customer of a contract
        arg_min(firsts.acquired_by, (firsts.started_on, firsts.acquired_by)) as acquired_by,
        cast(date_trunc('quarter', min(firsts.started_on)) as date) as cohort
    from firsts
    inner join scoped_slices on firsts.slice_id = scoped_slices.slice_id
    group by firsts.customer_id, scoped_slices.gross_margin
),

cohorts as (
    select
        acquired.acquired_by,
        acquired.cohort,
        count(*) as customers,
        max(acquired.acquired_on) as last_acquired_on
    from acquired
    group by acquired.acquired_by, acquired.cohort
),

paid_days as (
    select
        fct_mrr_spells.customer_id,
        fct_mrr_spells.valid_from as happened_on,
        fct_mrr_spells.mrr
    from fct_mrr_spells
    where fct_mrr_spells.valid_from < $until
    union all
    select
        fct_mrr_spells.customer_id,
        fct_mrr_spells.valid_to as happened_on,
        -fct_mrr_spells.mrr as mrr
    from fct_mrr_spells
    where fct_mrr_spells.valid_to < $until
),

changes as (
    select
        acquired.acquired_by,
        acquired.cohort,
        paid_days.happened_on - acquired.acquired_on as age_days,
        paid_days.mrr * acquired.gross_margin as monthly_margin,
        0 as margin
    from paid_days
    inner join acquired on paid_days.customer_id = acquired.customer_id
    union all
    select
        acquired.acquired_by,
        acquired.cohort,
        fct_orders.ordered_on - acquired.acquired_on as age_days,
        0 as monthly_margin,
        coalesce(fct_orders.margin, fct_orders.amount * acquired.gross_margin) as margin
    from fct_orders
    inner join acquired on fct_orders.customer_id = acquired.customer_id
    where fct_orders.ordered_on < $until
),

by_step as (
    select
        cohorts.acquired_by,
        cohorts.cohort,
        cohorts.customers,
        cohorts.last_acquired_on,
        cast(greatest(0, floor(changes.age_days / 91)) as integer) as step_number,
        cast(sum(changes.monthly_margin) as double) as monthly_margin,
        cast(sum(changes.monthly_margin * changes.age_days) as double) as monthly_margin_days,
        cast(sum(changes.margin) as double) as margin
    from changes
    inner join cohorts on changes.acquired_by = cohorts.acquired_by and changes.cohort = cohorts.cohort
    group by all
)

select * from by_step
order by acquired_by, cohort, step_number
