/* One row per combination of dimensions that any account has today, and one that is 'unknown' throughout
where there are opportunities without a customer. gross_margin: the share of its segment, else the general one. */
with combinations as (
    select
        customer_dimensions.segment,
        customer_dimensions.persona,
        customer_dimensions.industry,
        customer_dimensions.region,
        customer_dimensions.size_band,
        customer_dimensions.language
    from customer_dimensions
    union
    select
        case when list_contains(settings.dimensions, 'segment') then 'unknown' end as segment,
        case when list_contains(settings.dimensions, 'persona') then 'unknown' end as persona,
        case when list_contains(settings.dimensions, 'industry') then 'unknown' end as industry,
        case when list_contains(settings.dimensions, 'region') then 'unknown' end as region,
        case when list_contains(settings.dimensions, 'size_band') then 'unknown' end as size_band,
        case when list_contains(settings.dimensions, 'language') then 'unknown' end as language
    from settings
    where exists (
            select 1 from opportunities
            where opportunities.customer_id is null
        )
),

slices as (
    select
        row_number() over (
            order by
                combinations.segment, combinations.persona, combinations.industry, combinations.region,
                combinations.size_band, combinations.language
        ) as slice_id,
        combinations.segment,
        combinations.persona,
        combinations.industry,
        combinations.region,
        combinations.size_band,
        combinations.language,
        cast(
            coalesce(settings.gross_margin_by_segment[combinations.segment], settings.gross_margin) as decimal(9, 6)
        ) as gross_margin,
        coalesce(combinations.segment, 'unknown') = 'unknown'
        and coalesce(combinations.persona, 'unknown') = 'unknown'
        and coalesce(combinations.industry, 'unknown') = 'unknown'
        and coalesce(combinations.region, 'unknown') = 'unknown'
        and coalesce(combinations.size_band, 'unknown') = 'unknown'
        and coalesce(combinations.language, 'unknown') = 'unknown' as is_unknown
    from combinations
    cross join settings
)

select * from slices
