/* One row per person. Where the file names the organization without its id, the one organization of that name is meant. */
with organizations as (
    select name, min(coalesce(organization_id, name)) as customer_id
    from raw_organization
    group by name
    having count(*) = 1
),

contacts as (
    select
        coalesce(raw_person.person_id, raw_person.name) as contact_id,
        coalesce(raw_person.organization_id, organizations.customer_id, raw_person.organization) as customer_id,
        raw_person.name as contact_name,
        cast(null as varchar) as persona,
        raw_person.job_title as role,
        cast(null as varchar) as language,
        cast(null as varchar) as has_reference_consent,
        cast(null as varchar) as is_active,
        cast(null as varchar) as is_deleted,
        cast(null as varchar) as set_aside,
        raw_person.source_file,
        raw_person.source_line,
        greatest(raw_person.created_on, raw_person.updated_on) as modified_at
    from raw_person
    left join organizations on raw_person.organization = organizations.name
)

select * from contacts
