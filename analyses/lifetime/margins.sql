/* Customers at $until by value of the breakdown (variable of the cursor), their margin of a month in the reporting
currency, and the sum of its squares: what a mean and its error need. */
with paying as (
    select
        scoped_slices.breakdown,
        cast(scoped_slices.gross_margin as double) * cast(fct_mrr_spells.mrr as double) as margin
    from fct_mrr_spells
    inner join scoped_slices on fct_mrr_spells.slice_id = scoped_slices.slice_id
    where
        fct_mrr_spells.valid_from < $until
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= $until
),

margins as (
    select
        paying.breakdown,
        count(*) as customers,
        avg(paying.margin) as mean,
        stddev_samp(paying.margin) as deviation
    from paying
    group by paying.breakdown
)

select * from margins
order by breakdown
