/*
severity = "warning"
rank = 7
description = "Every line of control_totals.csv ties within its tolerance (0.5 % where it gives none)."
advice = "The bridge is under Reconciliation on Data health: rejected rows want mending; what is not explained is in the report and not in the export, or the other way round."
untested = "select 'no control_totals.csv lies beside the export' where not exists (from control_bridge)"
*/
with told as (
    select
        *,
        -- money to the cent, rows and customers without decimals
        if(measure in ('won_amount', 'mrr'), '{:,.2f}', '{:,.0f}') as pattern,
        -- what ties is compared before the rules that lie between the export and the number of the product
        nullif(concat_ws(
            ', ',
            if(set_aside <> 0, 'rows set aside', null),
            if(staff <> 0, 'staff and partners', null),
            if(unlinked <> 0, 'rows without a customer', null),
            if(abs(by_rule) >= 0.005, 'the rules of the product', null)
        ), '') as steps
    from control_bridge
    where problem is not null or abs(not_explained - rejected) > tolerance * abs(control_total)
)

select
    case
        when problem is not null then format('control total {}: {}', name, problem)
        else concat(
                format(
                    'control total {} is ' || pattern || ' in the CRM and ' || pattern || ' here',
                    name, cast(control_total as double), cast(ours as double)
                ),
                format(
                    ' (before {}: ' || pattern || ')',
                    steps, cast(control_total + not_explained - rejected as double)
                ),
                '; the difference ' || hint
            )
    end as remark
from told
order by abs(not_explained - rejected) / greatest(abs(control_total), 1) desc, name asc
