/*
label      = "Retention by endpoints and by events"
definition = "Every customer of a year before the end of the period (364 days at week grain), and every other whose MRR moved since, new MRR apart. Of the former: MRR then, the part still paid (the smaller of then and now) and MRR now; their falls and rises by events; made good is what fell and was offset by a rise, before or after it. Of those who came later: what they lost and gained by events after they came; a return of who had left before is a gain."
entity     = "customer"
measures   = { made_good = "currency", later_lost = "currency", later_gained = "currency", opening_mrr = "currency", kept_mrr = "currency", closing_mrr = "currency", fell = "currency", rose = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = []
*/
with bounds as (
    select
        case
            when getvariable('grain') = 'week' then cast(getvariable('period_end') as date) - 364
            else cast(cast(getvariable('period_end') as date) - interval 12 month as date)
        end as retention_from,
        cast(getvariable('period_end') as date) as retention_to
),

states as (
    select
        fct_mrr_spells.customer_id,
        coalesce(sum(fct_mrr_spells.mrr) filter (
            where fct_mrr_spells.valid_from < bounds.retention_from
        ), 0) as opening_mrr,
        coalesce(sum(fct_mrr_spells.mrr) filter (
            where
            fct_mrr_spells.valid_from < bounds.retention_to
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= bounds.retention_to
        ), 0) as now_mrr,
        0 as fell,
        0 as rose
    from bounds
    inner join fct_mrr_spells
        on fct_mrr_spells.valid_from < bounds.retention_to
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= bounds.retention_from
    inner join scoped_slices on fct_mrr_spells.slice_id = scoped_slices.slice_id
    -- one spell holds at each end
    where
        (
            fct_mrr_spells.valid_from < bounds.retention_from
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= bounds.retention_from
        )
        or coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= bounds.retention_to
    group by fct_mrr_spells.customer_id
),

events as (
    select
        fct_mrr_movements.customer_id,
        0 as opening_mrr,
        0 as now_mrr,
        sum(case when fct_mrr_movements.kind in ('churned', 'contraction') then fct_mrr_movements.amount else 0 end)
            as fell,
        sum(case when fct_mrr_movements.kind in ('expansion', 'reactivation') then fct_mrr_movements.amount else 0 end)
            as rose
    from bounds
    inner join fct_mrr_movements
        on fct_mrr_movements.moved_on >= bounds.retention_from
            and fct_mrr_movements.moved_on < bounds.retention_to
    inner join scoped_slices on fct_mrr_movements.slice_id = scoped_slices.slice_id
    where fct_mrr_movements.kind <> 'new'
    group by fct_mrr_movements.customer_id
),

both_methods as (
    select * from states
    union all
    select * from events
),

by_customer as (
    select
        both_methods.customer_id,
        sum(both_methods.opening_mrr) as opening_mrr,
        sum(both_methods.now_mrr) as now_mrr,
        sum(both_methods.fell) as fell,
        sum(both_methods.rose) as rose
    from both_methods
    group by both_methods.customer_id
)

select
    by_customer.customer_id,
    case
        when by_customer.opening_mrr > 0
            then by_customer.fell - greatest(by_customer.opening_mrr - by_customer.now_mrr, 0)
        else 0
    end as made_good,
    case when by_customer.opening_mrr > 0 then 0 else by_customer.fell end as later_lost,
    case when by_customer.opening_mrr > 0 then 0 else by_customer.rose end as later_gained,
    by_customer.opening_mrr,
    least(by_customer.opening_mrr, by_customer.now_mrr) as kept_mrr,
    case when by_customer.opening_mrr > 0 then by_customer.now_mrr else 0 end as closing_mrr,
    by_customer.fell,
    by_customer.rose
from by_customer
where by_customer.opening_mrr > 0 or by_customer.fell > 0 or by_customer.rose > 0
