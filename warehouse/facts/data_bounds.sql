/* One row: the as-of date, the last Sunday on or before it, and the first paid day of the data, before
which no window may begin. */
with data_bounds as (
    select
        build_info.as_of,
        cast(date_trunc('week', build_info.as_of + 1) as date) - 1 as last_sunday,
        min(fct_customers.first_paid_on) as first_paid_on
    from build_info
    left join fct_customers on fct_customers.first_paid_on is not null
    group by build_info.as_of
)

select * from data_bounds
