/* The slices inside the scope, with the value of the dimension that the reader breaks down by (null: total).
Scope and breakdown are variables of the cursor; unset means no filter and no breakdown. */
select
    slice_id,
    gross_margin,
    case cast(getvariable('breakdown') as varchar)
        when 'segment' then segment
        when 'persona' then persona
        when 'industry' then industry
        when 'region' then region
        when 'size_band' then size_band
        when 'language' then language
    end as breakdown
from slices
where
    (getvariable('scope_segment') is null or list_contains(cast(getvariable('scope_segment') as varchar[]), segment))
    and (
        getvariable('scope_persona') is null or list_contains(cast(getvariable('scope_persona') as varchar[]), persona)
    )
    and (
        getvariable('scope_industry') is null
        or list_contains(cast(getvariable('scope_industry') as varchar[]), industry)
    )
    and (getvariable('scope_region') is null or list_contains(cast(getvariable('scope_region') as varchar[]), region))
    and (
        getvariable('scope_size_band') is null
        or list_contains(cast(getvariable('scope_size_band') as varchar[]), size_band)
    )
    and (
        getvariable('scope_language') is null
        or list_contains(cast(getvariable('scope_language') as varchar[]), language)
    )
