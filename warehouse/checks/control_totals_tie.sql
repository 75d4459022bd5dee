/*
severity = "warning"
rank = 7
description = "Every line of control_totals.csv ties within its tolerance (0.5 % where it gives none)."
advice = "The bridge is under Reconciliation on Data health: rejected rows want mending; what is not explained is in the report and not in the export, or the other way round."
*/
select
    case
        when problem is not null then format('control total {}: {}', name, problem)
        -- money to the cent, rows and customers without decimals
        else format(
                if(
                    measure in ('won_amount', 'mrr'),
                    'control total {} is {:,.2f} in the CRM and {:,.2f} here',
                    'control total {} is {:,.0f} in the CRM and {:,.0f} here'
                ),
                name, cast(control_total as double), cast(control_total + not_explained - rejected as double)
            )
    end as remark
from control_bridge
where problem is not null or abs(not_explained - rejected) > tolerance * abs(control_total)
order by abs(not_explained - rejected) / greatest(abs(control_total), 1) desc, name asc
