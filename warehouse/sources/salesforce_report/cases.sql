/* One row per row of the report of cases. */
with accounts as (
    select trim(account_name) as account_name, min(left(trim(account_id), 15)) as account_id
    from raw_account_report
    group by trim(account_name)
    having count(distinct left(trim(account_id), 15)) = 1
)

select
    coalesce(left(trim(reported.case_id), 15), reported.case_number) as case_id,
    coalesce(
        left(trim(reported.account_id), 15), accounts.account_id, trim(reported.account_name)
    ) as customer_id,
    reported.opened_date as opened_at,
    reported.closed_date as closed_at,
    case lower(trim(reported.type))
        when 'problem' then 'incident'
        when 'feature request' then 'question'
        else reported.type
    end as kind,
    reported.escalated as is_escalated,
    reported.priority,
    reported.case_origin as origin,
    reported.source_file,
    reported.source_line,
    greatest(reported.opened_date, reported.last_modified_date) as modified_at
from raw_case_report as reported
left join accounts on trim(reported.account_name) = accounts.account_name
