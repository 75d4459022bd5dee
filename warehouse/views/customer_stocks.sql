/* Customers and MRR in every period of every grain inside the scope, one row per period and breakdown: the
changes of the mart, filled with zeros and summed up over time. */
with scoped as (
    select
        mart_customer_changes.grain,
        mart_customer_changes.period_start,
        scoped_slices.breakdown,
        sum(columns(mart_customer_changes.* exclude (grain, period_start, slice_id))),
        sum(
            (
                mart_customer_changes.new_mrr + mart_customer_changes.reactivation_mrr
                + mart_customer_changes.expansion_mrr - mart_customer_changes.contraction_mrr
                - mart_customer_changes.churned_mrr
            ) * (scoped_slices.gross_margin - cast(settings.gross_margin as decimal(9, 6)))
        ) as segment_margin_change
    from mart_customer_changes
    inner join scoped_slices on mart_customer_changes.slice_id = scoped_slices.slice_id
    cross join settings
    group by mart_customer_changes.grain, mart_customer_changes.period_start, scoped_slices.breakdown
),

filled as (
    select
        periods.grain,
        periods.period_start,
        periods.period_end,
        periods.is_closed,
        periods.closing_week,
        periods.retention_from,
        scoped_breakdowns.breakdown,
        coalesce(columns(scoped.* exclude (grain, period_start, breakdown)), 0),
        coalesce(
            scoped.new_mrr + scoped.reactivation_mrr + scoped.expansion_mrr
            - scoped.contraction_mrr - scoped.churned_mrr, 0
        ) as mrr_change
    from periods
    cross join scoped_breakdowns
    left join scoped
        on periods.grain = scoped.grain
            and periods.period_start = scoped.period_start
            and scoped_breakdowns.breakdown is not distinct from scoped.breakdown
),

stocks as (
    select
        filled.*,
        sum(filled.customers_change) over until_end as closing_customers,
        sum(filled.mrr_change) over until_end as closing_mrr,
        sum(filled.segment_margin_change) over until_end as closing_segment_margin,
        sum(filled.retention_opening_change) over until_end as retention_opening_mrr,
        sum(filled.retention_kept_change) over until_end as retention_kept_mrr,
        sum(filled.retention_closing_change) over until_end as retention_closing_mrr,
        sum(filled.renewal_change) over until_end as renewal_mrr,
        sum(filled.retention_13w_opening_change) over until_end as retention_13w_opening_mrr,
        sum(filled.retention_13w_kept_change) over until_end as retention_13w_kept_mrr,
        sum(filled.retention_13w_closing_change) over until_end as retention_13w_closing_mrr,
        sum(filled.lost_customers) over thirteen as lost_in_thirteen
    from filled
    window
        until_end as (
            partition by filled.grain, filled.breakdown order by filled.period_start
            rows between unbounded preceding and current row
        ),
        thirteen as (
            partition by filled.grain, filled.breakdown order by filled.period_start
            rows between 12 preceding and current row
        )
)

select
    stocks.*,
    stocks.closing_customers - stocks.customers_change as opening_customers,
    stocks.closing_mrr - stocks.mrr_change as opening_mrr,
    sum(stocks.closing_customers - stocks.customers_change) over (
        partition by stocks.grain, stocks.breakdown order by stocks.period_start
        rows between 12 preceding and current row
    ) as opening_in_thirteen
from stocks
