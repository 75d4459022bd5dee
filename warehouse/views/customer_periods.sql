/* One row per period of the grain in force and breakdown: customers, MRR, their movements and what
retention needs. closing_margin: sum of gross margin x MRR, of a month, at its end. customer_days: for how many days customers were at risk of leaving, all together. *_13w pool the 13
weeks that end on or before the period's end. */
select
    in_force.grain,
    in_force.period_start,
    in_force.period_end,
    in_force.is_closed,
    in_force.breakdown,
    cast(in_force.opening_customers as bigint) as opening_customers,
    cast(in_force.closing_customers as bigint) as closing_customers,
    cast(in_force.lost_customers as bigint) as lost_customers,
    cast(in_force.new_customers as bigint) as new_customers,
    cast(in_force.reactivated_customers as bigint) as reactivated_customers,
    cast(in_force.churn_events as bigint) as churn_events,
    cast(in_force.new_events as bigint) as new_events,
    cast(in_force.reactivation_events as bigint) as reactivation_events,
    cast(in_force.ended_trials as bigint) as ended_trials,
    cast(in_force.converted_trials as bigint) as converted_trials,
    cast(
        in_force.opening_customers * date_diff('day', in_force.period_start, in_force.period_end)
        + in_force.customer_days_change as bigint
    ) as customer_days,
    in_force.opening_mrr,
    in_force.closing_mrr,
    -- Doubles, for the formulas that it enters: the general margin of all, and what segments add or take (0 without one
    -- of their own).
    cast(settings.gross_margin as double) * cast(in_force.closing_mrr as double)
    + cast(in_force.closing_segment_margin as double) as closing_margin,
    in_force.new_mrr,
    in_force.reactivation_mrr,
    in_force.expansion_mrr,
    in_force.contraction_mrr,
    in_force.churned_mrr,
    cast(weeks.lost_in_thirteen as bigint) as lost_customers_13w,
    cast(weeks.opening_in_thirteen as bigint) as opening_customers_13w,
    coalesce(in_force.closing_week - 84 >= data_bounds.first_paid_on, false) as has_13w,
    in_force.retention_opening_mrr,
    in_force.retention_kept_mrr,
    in_force.retention_closing_mrr,
    -- of the MRR then, that of terms which ended since; what was lost of it is opening less kept
    in_force.renewal_mrr,
    coalesce(in_force.retention_from >= data_bounds.first_paid_on, false) as has_retention,
    in_force.retention_13w_opening_mrr,
    in_force.retention_13w_kept_mrr,
    in_force.retention_13w_closing_mrr,
    coalesce(in_force.period_end - 91 >= data_bounds.first_paid_on, false) as has_retention_13w
from customer_stocks as in_force
cross join data_bounds
cross join settings
left join customer_stocks as weeks
    on weeks.grain = 'week'
        and in_force.closing_week = weeks.period_start
        and in_force.breakdown is not distinct from weeks.breakdown
where in_force.grain = coalesce(cast(getvariable('grain') as varchar), 'week')
