/* One row per tier, and one for all (tier null): its customers on the Sunday of the week earned_week, what they pay
then (level: margin of 13 weeks at the MRR of that Sunday's end), and what they earned us on the days [earned_first,
earned_after), whether they stayed or not (variables of the cursor). Margin in the reporting currency, by that of each
customer's slice. The squares are sums of squared deviations: of the level from the tier's mean, of the margin
from the tier's mean, and of the margin from the tier's margin per level. */
with asked as (
    select
        cast(getvariable('earned_week') as date) as week_start,
        cast(getvariable('earned_first') as date) as first_day,
        cast(getvariable('earned_after') as date) as after_day
),

placed as (
    select
        fct_tier_spells.customer_id,
        fct_tier_spells.tier,
        scoped_slices.gross_margin
    from fct_tier_spells
    inner join asked
        on fct_tier_spells.valid_from <= asked.week_start
            and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > asked.week_start
    inner join scoped_slices on fct_tier_spells.slice_id = scoped_slices.slice_id
),

-- the state at a boundary is that before its day
levels as (
    select placed.customer_id, fct_mrr_spells.mrr
    from placed
    cross join asked
    inner join fct_mrr_spells
        on placed.customer_id = fct_mrr_spells.customer_id
            and fct_mrr_spells.valid_from < asked.week_start + 7
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= asked.week_start + 7
),

paid as (
    select
        placed.customer_id,
        sum(
            least(coalesce(fct_mrr_spells.valid_to, asked.after_day), asked.after_day)
            - greatest(fct_mrr_spells.valid_from, asked.first_day)
        ) as paid_days,
        sum(
            fct_mrr_spells.mrr * (
                least(coalesce(fct_mrr_spells.valid_to, asked.after_day), asked.after_day)
                - greatest(fct_mrr_spells.valid_from, asked.first_day)
            )
        ) as mrr_days
    from placed
    cross join asked
    inner join fct_mrr_spells
        on placed.customer_id = fct_mrr_spells.customer_id
            and fct_mrr_spells.valid_from < asked.after_day
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') > asked.first_day
    group by placed.customer_id
),

-- a month has 30.436875 days; decimals sum to the same digits in any order
each_customer as (
    select
        placed.tier,
        coalesce(paid.paid_days, 0) = asked.after_day - asked.first_day as is_full,
        cast(
            cast(coalesce(levels.mrr, 0) * placed.gross_margin as double) * 91 / 30.436875 as decimal(38, 6)
        ) as level,
        cast(
            cast(coalesce(paid.mrr_days, 0) * placed.gross_margin as double) / 30.436875 as decimal(38, 6)
        ) as margin
    from placed
    cross join asked
    left join levels on placed.customer_id = levels.customer_id
    left join paid on placed.customer_id = paid.customer_id
),

totals as (
    select
        each_customer.tier,
        count(*) as customers,
        count(*) filter (where each_customer.is_full) as full_customers,
        avg(each_customer.level) as level,
        avg(each_customer.margin) as margin
    from each_customer
    group by grouping sets ((each_customer.tier), ())
),

spread as (
    select
        totals.tier,
        sum(cast(power(each_customer.level - totals.level, 2) as decimal(38, 6))) as level_squares,
        sum(cast(power(each_customer.margin - totals.margin, 2) as decimal(38, 6))) as margin_squares,
        sum(
            cast(
                power(
                    each_customer.margin - each_customer.level * totals.margin / nullif(totals.level, 0), 2
                ) as decimal(38, 6)
            )
        ) as rest_squares
    from totals
    inner join each_customer on coalesce(totals.tier, each_customer.tier) = each_customer.tier
    group by totals.tier
)

select
    totals.tier,
    totals.customers,
    totals.full_customers,
    totals.level,
    cast(spread.level_squares as double) as level_squares,
    totals.margin,
    cast(spread.margin_squares as double) as margin_squares,
    cast(spread.rest_squares as double) as rest_squares
from totals
inner join spread on totals.tier is not distinct from spread.tier
