/* One row per deal. Whether it is closed and won is what the three properties say, never the name of a stage, which is
each company's own. Where the file lacks them, the internal names of the default pipeline decide, and a deal in any
other stage is rejected: nobody can tell whether it is open. Close Date is a forecast until then. */
with deals as (
    select
        *,
        lower(trim(stage)) as stage_word,
        case
            when lower(is_won) in ('true', '1', 'yes') or lower(is_lost) in ('true', '1', 'yes') then 'true'
            when is_closed is not null then is_closed
            when is_won is not null and is_lost is not null then 'false'
            when lower(trim(stage)) in ('closedwon', 'closedlost') then 'true'
            when
                lower(trim(stage)) in (
                    'appointmentscheduled',
                    'qualifiedtobuy',
                    'presentationscheduled',
                    'decisionmakerboughtin',
                    'contractsent'
                )
                then 'false'
            else 'not in the export: add the property Is Deal Closed?'
        end as closed_word
    from raw_deal
),

judged as (
    select
        *,
        case
            when is_won is not null then is_won
            when closed_word = 'false' then 'false'
            when lower(is_lost) in ('true', '1', 'yes') then 'false'
            when stage_word = 'closedwon' then 'true'
            when stage_word = 'closedlost' then 'false'
            else 'not in the export: add the property Is Closed Won'
        end as won_word
    from deals
),

opportunities as (
    select
        record_id as opportunity_id,
        split_part(coalesce(company_primary, company_ids), ';', 1) as customer_id,
        created_on,
        replace(stage, concat(' (', pipeline, ')'), '') as stage,
        closed_word as is_closed,
        won_word as is_won,
        case when lower(closed_word) in ('true', '1', 'yes') then closed_on end as closed_on,
        case when currency is null then coalesce(amount_in_company_currency, amount) else amount end as amount,
        currency,
        case lower(trim(deal_type))
            when 'newbusiness' then 'new'
            when 'new business' then 'new'
            when 'existingbusiness' then 'expansion'
            when 'existing business' then 'expansion'
            else deal_type
        end as kind,
        owner as owner_id,
        source as lead_source,
        contract_starts_on as term_starts_on,
        contract_ends_on as term_ends_on,
        contract_months as term_months,
        is_archived as is_deleted,
        cast(null as varchar) as set_aside,
        source_file,
        source_line,
        greatest(created_on, modified_on) as modified_at
    from judged
)

select * from opportunities
