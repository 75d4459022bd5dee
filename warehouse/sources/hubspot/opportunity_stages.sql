/* One row per deal and stage that it entered, from the columns `Date entered "Stage (Pipeline)"` of the deals. HubSpot
keeps one date for each stage, and no amount at that moment. */
with entries as (
    select record_id, stage, value, created_on, modified_on, is_archived, source_file, source_line
    from raw_deal_stage
    union all
    select record_id, stage, value, created_on, modified_on, is_archived, source_file, source_line
    from raw_deal_stage_by_id
),

opportunity_stages as (
    select
        record_id as opportunity_id,
        stage,
        value as entered_at,
        cast(null as varchar) as amount,
        cast(null as varchar) as currency,
        is_archived as is_deleted,
        cast(null as varchar) as set_aside,
        source_file,
        source_line,
        greatest(created_on, modified_on) as modified_at
    from entries
)

select * from opportunity_stages
