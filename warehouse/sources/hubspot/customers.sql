/* One row per company, and one for each company that was merged into it: HubSpot keeps of those the ids alone. */
with merged as (
    select
        record_id,
        unnest(string_split(value, ';')) as merged_id,
        source_file,
        source_line
    from raw_merged_company
),

customers as (
    select
        record_id as customer_id,
        name as customer_name,
        created_on,
        cast(null as varchar) as merged_into_id,
        cast(null as varchar) as merged_on,
        segment,
        persona,
        industry,
        country as region,
        owner as owner_id,
        parent_id,
        size_band,
        language,
        is_staff_or_partner,
        is_archived as is_deleted,
        cast(null as varchar) as set_aside,
        false as is_derived,
        source_file,
        source_line,
        greatest(created_on, modified_on) as modified_at
    from raw_company
    union all
    select
        merged_id as customer_id,
        cast(null as varchar) as customer_name,
        cast(null as varchar) as created_on,
        record_id as merged_into_id,
        cast(null as varchar) as merged_on,
        cast(null as varchar) as segment,
        cast(null as varchar) as persona,
        cast(null as varchar) as industry,
        cast(null as varchar) as region,
        cast(null as varchar) as owner_id,
        cast(null as varchar) as parent_id,
        cast(null as varchar) as size_band,
        cast(null as varchar) as language,
        cast(null as varchar) as is_staff_or_partner,
        cast(null as varchar) as is_deleted,
        cast(null as varchar) as set_aside,
        true as is_derived,
        source_file,
        source_line,
        cast(null as varchar) as modified_at
    from merged
    where trim(merged_id) not in ('', record_id)
)

select * from customers
