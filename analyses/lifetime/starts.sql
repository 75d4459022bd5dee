/* The customers who are new in the period of $grain that begins on $start, and in the scope: how many, the mean of the
MRR that they started with, in the reporting currency, and mean and deviation of its margin. New: as in cust_new. */
with started as (
    select
        cast(fct_mrr_movements.amount as double) as mrr,
        cast(scoped_slices.gross_margin as double) * cast(fct_mrr_movements.amount as double) as margin
    from fct_customer_moves
    inner join fct_mrr_movements
        on
            fct_customer_moves.customer_id = fct_mrr_movements.customer_id
            and fct_mrr_movements.kind = 'new'
    inner join scoped_slices on fct_customer_moves.slice_id = scoped_slices.slice_id
    where
        fct_customer_moves.grain = $grain
        and fct_customer_moves.period_start = $start
        and fct_customer_moves.kind = 'new'
),

starts as (
    select
        count(*) as customers,
        avg(started.mrr) as mrr,
        avg(started.margin) as margin,
        stddev_samp(started.margin) as deviation
    from started
)

select * from starts
