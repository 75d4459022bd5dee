/* One row per account that is neither staff nor partner, with the dimensions chosen in the settings; a
dimension that is not chosen is null, a missing attribute is 'unknown'. */
with customer_dimensions as (
    select
        customers.customer_id,
        case when list_contains(settings.dimensions, 'segment')
                then coalesce(customers.segment, 'unknown')
        end as segment,
        case when list_contains(settings.dimensions, 'persona')
                then coalesce(customers.persona, 'unknown')
        end as persona,
        case when list_contains(settings.dimensions, 'industry')
                then coalesce(customers.industry, 'unknown')
        end as industry,
        case when list_contains(settings.dimensions, 'region')
                then coalesce(customers.region, 'unknown')
        end as region,
        case when list_contains(settings.dimensions, 'size_band')
                then coalesce(customers.size_band, 'unknown')
        end as size_band,
        case when list_contains(settings.dimensions, 'language')
                then coalesce(customers.language, 'unknown')
        end as language
    from customers
    cross join settings
    where not coalesce(customers.is_staff_or_partner, false)
)

select * from customer_dimensions
