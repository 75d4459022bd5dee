/* One row per grain, period and customer that the period gained or lost, by its two ends: lost (active at
the start, not at the end), new (first paid term on or after the start) or reactivated. */
with placed as (
    select
        starts.grain,
        fct_activity_spells.customer_id,
        fct_activity_spells.slice_id,
        starts.period_index as first_index,
        ends.period_index - 1 as last_index
    from fct_activity_spells
    inner join period_days as starts on fct_activity_spells.valid_from = starts.day
    left join period_days as ends
        on starts.grain = ends.grain and fct_activity_spells.valid_to = ends.day
    -- a spell inside one period is seen at neither end
    where ends.period_index is null or starts.period_index < ends.period_index
),

neighbours as (
    select
        placed.*,
        lag(placed.last_index) over customer_spells as last_index_before,
        lead(placed.first_index) over customer_spells as next_first_index
    from placed
    window customer_spells as (partition by placed.grain, placed.customer_id order by placed.first_index)
),

moves as (
    select
        neighbours.grain,
        neighbours.first_index as period_index,
        neighbours.customer_id,
        neighbours.slice_id,
        'entered' as kind
    from neighbours
    where
        neighbours.last_index_before is null
        or neighbours.last_index_before + 1 < neighbours.first_index
    union all
    select
        neighbours.grain,
        neighbours.last_index + 1 as period_index,
        neighbours.customer_id,
        neighbours.slice_id,
        'lost' as kind
    from neighbours
    where
        neighbours.last_index is not null
        and (neighbours.next_first_index is null or neighbours.last_index + 1 < neighbours.next_first_index)
),

fct_customer_moves as (
    select
        moves.grain,
        periods.period_start,
        moves.customer_id,
        moves.slice_id,
        case
            when moves.kind = 'lost' then 'lost'
            when fct_customers.first_paid_on >= periods.period_start then 'new'
            else 'reactivated'
        end as kind
    from moves
    inner join periods on moves.grain = periods.grain and moves.period_index = periods.period_index
    inner join fct_customers on moves.customer_id = fct_customers.customer_id
)

select * from fct_customer_moves
