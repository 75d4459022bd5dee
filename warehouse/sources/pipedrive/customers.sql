/* One row per organization, and one for each that only the deals name: an export follows the filter that was on, so the
organizations of deals may be missing. Without an id an organization is known by its name. */
with known as (
    select organization_id as customer_key
    from raw_organization
    union
    select name as customer_key
    from raw_organization
),

named as (
    select
        coalesce(organization_id, organization) as customer_id,
        min(organization) as customer_name,
        min(created_on) as created_on,
        min(source_file) as source_file,
        min(source_line) as source_line
    from raw_deal
    where coalesce(organization_id, organization) is not null
    group by coalesce(organization_id, organization)
),

customers as (
    select
        coalesce(organization_id, name) as customer_id,
        name as customer_name,
        created_on,
        cast(null as varchar) as merged_into_id,
        cast(null as varchar) as merged_on,
        segment,
        persona,
        industry,
        country as region,
        owner as owner_id,
        cast(null as varchar) as parent_id,
        size_band,
        language,
        is_staff_or_partner,
        cast(null as varchar) as is_deleted,
        cast(null as varchar) as set_aside,
        source_file,
        source_line,
        greatest(created_on, updated_on) as modified_at
    from raw_organization
    union all
    select
        named.customer_id,
        named.customer_name,
        named.created_on,
        cast(null as varchar) as merged_into_id,
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
        named.source_file,
        named.source_line,
        cast(null as varchar) as modified_at
    from named
    left join known on named.customer_id = known.customer_key
    where known.customer_key is null
)

select * from customers
