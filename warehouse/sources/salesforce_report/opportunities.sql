/* One row per row of the report. Stage and the columns Closed and Won decide; where the report lacks them, the stages
that Salesforce ships as the last ones do: Closed Won and Closed Lost. */
with accounts as (
    select trim(account_name) as account_name, min(left(trim(account_id), 15)) as account_id
    from raw_account_report
    group by trim(account_name)
    having count(distinct left(trim(account_id), 15)) = 1
),

opportunities as (
    select
        reported.*,
        lower(trim(reported.stage)) as stage_word,
        coalesce(
            left(trim(reported.account_id), 15), accounts.account_id, trim(reported.account_name)
        ) as customer_id
    from raw_opportunity_report as reported
    left join accounts on trim(reported.account_name) = accounts.account_name
)

select
    coalesce(left(trim(opportunity_id), 15), opportunity_name) as opportunity_id,
    customer_id,
    created_date as created_on,
    stage,
    coalesce(closed, case when stage_word in ('closed won', 'closed lost') then 'true' else 'false' end) as is_closed,
    coalesce(won, case when stage_word = 'closed won' then 'true' else 'false' end) as is_won,
    case
        when coalesce(lower(trim(closed)), '') in ('1', 'true', 'yes') then close_date
        when closed is null and stage_word in ('closed won', 'closed lost') then close_date
    end as closed_on,
    amount,
    amount_currency as currency,
    case lower(trim(type))
        when 'new business' then 'new'
        when 'new customer' then 'new'
        when 'existing customer - replacement' then 'renewal'
        when 'existing customer - upgrade' then 'expansion'
        when 'upsell' then 'expansion'
        else type
    end as kind,
    opportunity_owner as owner_id,
    lead_source,
    source_file,
    source_line,
    greatest(created_date, last_modified_date) as modified_at
from opportunities
