/*
severity = "error"
description = "MRR at the open + new + reactivation + expansion - contraction - churned = MRR at the close = MRR at the next open, in every period, and it is the sum of the terms that run on the day."
advice = "This is a defect of the facts: please report it."
*/
with running as (
    select periods.grain, periods.period_start, coalesce(sum(fct_mrr_spells.mrr), 0) as counted
    from periods
    left join fct_mrr_spells
        on fct_mrr_spells.valid_from < periods.period_end
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= periods.period_end
    group by periods.grain, periods.period_start
),

changes as (
    select
        grain,
        period_start,
        sum(new_mrr + reactivation_mrr + expansion_mrr - contraction_mrr - churned_mrr) as mrr_change
    from mart_customer_changes
    group by grain, period_start
),

stocks as (
    select
        running.grain,
        running.period_start,
        coalesce(sum(changes.mrr_change) over (
            partition by running.grain order by running.period_start
        ), 0) as by_movements,
        running.counted
    from running
    left join changes on running.grain = changes.grain and running.period_start = changes.period_start
)

select grain, period_start, by_movements, counted
from stocks
where by_movements <> counted
