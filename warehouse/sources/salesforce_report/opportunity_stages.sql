/* One row per row of the history. A change of amount or date is reported with the same stage on both sides and is no
move. */
with opportunities as (
    select opportunity_name, min(left(trim(opportunity_id), 15)) as opportunity_id
    from raw_opportunity_report
    group by opportunity_name
    having count(distinct left(trim(opportunity_id), 15)) = 1
)

select
    coalesce(
        left(trim(history.opportunity_id), 15), opportunities.opportunity_id, history.opportunity_name
    ) as opportunity_id,
    history.to_stage as stage,
    history.last_modified as entered_at,
    history.amount,
    history.amount_currency as currency,
    case when history.from_stage = history.to_stage then 'not a stage move' end as set_aside,
    history.source_file,
    history.source_line,
    history.last_modified as modified_at
from raw_stage_report as history
left join opportunities on history.opportunity_name = opportunities.opportunity_name
