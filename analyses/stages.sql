/* One row per opportunity of new business in the scope and stage that it had entered before $boundary, as
known on that day. Successive entries of the same stage are one visit. A stage stands before another where more
opportunities entered it first; a stage in which most opportunities are closed is an outcome, and no stage here.
is_mature: entered in the 364 days that ended maturity_days before the boundary; is_recent: in the 364 before it. */
with opportunities as (
    select
        fct_opportunities.opportunity_id,
        -- A number, on which a million visits are grouped and joined in two thirds of the time.
        fct_opportunities.rowid as opportunity_row,
        fct_opportunities.customer_id,
        fct_opportunities.amount,
        fct_opportunities.owner_id,
        fct_opportunities.created_on,
        fct_opportunities.slice_id in (select scoped_slices.slice_id from scoped_slices) as is_in_scope,
        case when fct_opportunities.closed_on < $boundary then fct_opportunities.closed_on end as closed_on,
        fct_opportunities.is_won and coalesce(fct_opportunities.closed_on < $boundary, false) as is_won,
        fct_opportunities.cycle_days
    from fct_opportunities
    where fct_opportunities.is_new_business and fct_opportunities.created_on < $boundary
),

outcomes as (
    select stage
    from fct_opportunities
    group by all
    having avg(cast(is_closed as integer)) > 0.5
),

entries as (
    select
        opportunities.opportunity_row,
        opportunity_stages.stage,
        cast(opportunity_stages.entered_at as date) as entered_on,
        row_number() over in_time as place,
        lag(opportunity_stages.stage) over in_time as former_stage
    from opportunity_stages
    inner join opportunities on opportunity_stages.opportunity_id = opportunities.opportunity_id
    where cast(opportunity_stages.entered_at as date) < $boundary
    window in_time as (
        partition by opportunities.opportunity_row
        order by opportunity_stages.entered_at, opportunity_stages.source_line
    )
),

moves as (
    select
        opportunity_row,
        stage,
        entered_on,
        place,
        lead(entered_on) over (partition by opportunity_row order by place) as left_on
    from entries
    where former_stage is distinct from stage
),

-- least() passes over nulls: a visit ends with the next move or the closing, else it is running at the boundary.
visits as (
    select
        moves.opportunity_row,
        moves.stage,
        moves.entered_on,
        moves.place,
        greatest(0, least(moves.left_on, opportunities.closed_on, $boundary) - moves.entered_on) as days,
        moves.left_on is null and opportunities.closed_on is null as is_running
    from moves
    inner join opportunities on moves.opportunity_row = opportunities.opportunity_row
    where moves.stage not in (select outcomes.stage from outcomes)
),

stays as (
    select
        opportunity_row,
        stage,
        min(entered_on) as entered_on,
        min(place) as place,
        sum(days) as days,
        bool_or(is_running) as is_running
    from visits
    group by all
),

precedences as (
    select
        stays.stage,
        others.stage as other_stage,
        sum(sign(others.place - stays.place)) < 0 as is_after
    from stays
    inner join stays as others on stays.opportunity_row = others.opportunity_row and stays.stage <> others.stage
    group by all
),

predecessors as (
    select
        stage,
        count(*) filter (where is_after) as stages
    from precedences
    group by all
),

stages as (
    select
        stays.stage,
        row_number() over (
            order by any_value(coalesce(predecessors.stages, 0)), median(stays.place), stays.stage
        ) as stage_order
    from stays
    left join predecessors on stays.stage = predecessors.stage
    group by stays.stage
),

reached as (
    select
        stays.opportunity_row,
        max(stages.stage_order) as furthest_order
    from stays
    inner join stages on stays.stage = stages.stage
    group by all
),

-- Whole weeks within which nine in ten of those closed in the last 364 days were closed.
maturity as (
    select cast(7 * ceil(quantile_disc(cycle_days, 0.9) / 7) as integer) as maturity_days
    from opportunities
    where is_in_scope and closed_on >= $boundary - 364
),

stage_opportunities as (
    select
        opportunities.opportunity_id,
        opportunities.customer_id,
        stays.stage,
        stages.stage_order,
        stays.entered_on,
        cast(stays.days as integer) as days,
        stays.is_running,
        opportunities.is_won or reached.furthest_order > stages.stage_order as has_passed,
        opportunities.is_won,
        opportunities.closed_on is null as is_open,
        opportunities.amount,
        opportunities.owner_id,
        opportunities.created_on,
        opportunities.closed_on,
        maturity.maturity_days,
        coalesce(
            stays.entered_on >= $boundary - maturity.maturity_days - 364
            and stays.entered_on < $boundary - maturity.maturity_days, false
        ) as is_mature,
        stays.entered_on >= $boundary - 364 as is_recent
    from stays
    inner join opportunities on stays.opportunity_row = opportunities.opportunity_row
    inner join stages on stays.stage = stages.stage
    inner join reached on stays.opportunity_row = reached.opportunity_row
    cross join maturity
    where opportunities.is_in_scope
)

select * from stage_opportunities
