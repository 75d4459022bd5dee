/* The periods and values of the breakdown (variables of the cursor) in which nobody was lost in the last 13 weeks: the
customer-weeks of those weeks, margin of a month of a customer and monthly discount, as in ltv_simple. */
with floors as (
    select
        customer_periods.period_start,
        customer_periods.breakdown,
        cast(customer_periods.opening_customers_13w as bigint) as weeks,
        customer_periods.closing_margin / customer_periods.closing_customers as margin,
        pow(1 + cast(settings.discount_rate_yearly as double), 1.0 / 12) - 1 as discount
    from customer_periods
    cross join settings
    where
        customer_periods.has_13w
        and customer_periods.lost_customers_13w = 0
        and customer_periods.opening_customers_13w > 0
        and customer_periods.closing_customers > 0
)

select * from floors
order by period_start, breakdown
