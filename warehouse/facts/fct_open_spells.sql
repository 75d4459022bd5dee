/* One row per opportunity of new business and unbroken time open in a qualified stage:
[valid_from, valid_to), null = still open. grain is null where the spell holds at every grain. With stage
history a deal without an entry is in no qualified stage. */
with open_times as (
    select
        fct_opportunities.opportunity_id,
        fct_opportunities.slice_id,
        fct_opportunities.stage,
        fct_opportunities.created_on as valid_from,
        fct_opportunities.closed_on as valid_to
    from fct_opportunities
    where
        fct_opportunities.is_new_business
        and (not fct_opportunities.is_closed or fct_opportunities.created_on < fct_opportunities.closed_on)
),

stage_times as (
    select
        opportunity_stages.opportunity_id,
        opportunity_stages.stage,
        cast(opportunity_stages.entered_at as date) as entered_on,
        lead(cast(opportunity_stages.entered_at as date)) over (
            partition by opportunity_stages.opportunity_id
            order by opportunity_stages.entered_at, opportunity_stages.source_line
        ) as left_on
    from opportunity_stages
),

staged_times as (
    select
        open_times.opportunity_id,
        open_times.slice_id,
        greatest(open_times.valid_from, stage_times.entered_on) as valid_from,
        least(
            coalesce(open_times.valid_to, stage_times.left_on),
            coalesce(stage_times.left_on, open_times.valid_to)
        ) as valid_to
    from open_times
    cross join settings
    inner join stage_times on open_times.opportunity_id = stage_times.opportunity_id
    where list_contains(settings.qualified_stages, stage_times.stage)
),

-- without stage history a stage is known of today only, so it decides at each grain's latest period alone
latest as (
    select periods.grain, max(periods.period_end) as period_end
    from periods
    where periods.is_closed
    group by periods.grain
),

unstaged_times as (
    select
        latest.grain,
        open_times.opportunity_id,
        open_times.slice_id,
        open_times.valid_from,
        case
            when list_contains(settings.qualified_stages, open_times.stage) then open_times.valid_to
            else least(coalesce(open_times.valid_to, latest.period_end - 1), latest.period_end - 1)
        end as valid_to
    from open_times
    cross join settings
    cross join latest
    where
        array_length(settings.qualified_stages) > 0
        and not exists (select 1 from opportunity_stages)
),

fct_open_spells as (
    select
        cast(null as varchar) as grain, open_times.opportunity_id, open_times.slice_id, open_times.valid_from,
        open_times.valid_to
    from open_times
    cross join settings
    where array_length(settings.qualified_stages) = 0
    union all
    select
        cast(null as varchar) as grain, staged_times.opportunity_id, staged_times.slice_id, staged_times.valid_from,
        staged_times.valid_to
    from staged_times
    where staged_times.valid_to is null or staged_times.valid_from < staged_times.valid_to
    union all
    select * from unstaged_times
    where unstaged_times.valid_to is null or unstaged_times.valid_from < unstaged_times.valid_to
)

select * from fct_open_spells
