/* One row per grain, period and customer whose tier at the period's last Sunday is not that of the last
Sunday before the period, entries and exits included. from_state and to_state are tiers, or new, reactivated,
churned. is_expired: no evidence and no case closure in the 35 days (or the whole period, where it is longer) up
to the last Sunday. mrr: at the closing Sunday, of a churned customer at the opening one. */
with placed as (
    select
        starts.grain,
        fct_tier_spells.customer_id,
        fct_tier_spells.slice_id,
        fct_tier_spells.tier,
        fct_tier_spells.tier_rank,
        fct_tier_spells.valid_from,
        starts.period_index as first_index,
        ends.period_index as next_index
    from fct_tier_spells
    inner join period_weeks as starts on fct_tier_spells.valid_from = starts.week_start
    left join period_weeks as ends
        on starts.grain = ends.grain and fct_tier_spells.valid_to = ends.week_start
    -- a spell that holds no closing Sunday is not seen at this grain
    where ends.period_index is null or starts.period_index < ends.period_index
),

neighbours as (
    select
        placed.*,
        lag(placed.tier) over customer_spells as tier_before,
        lag(placed.tier_rank) over customer_spells as tier_rank_before,
        lag(placed.next_index) over customer_spells as index_before,
        lead(placed.first_index) over customer_spells as following_index
    from placed
    window customer_spells as (partition by placed.grain, placed.customer_id order by placed.first_index)
),

moves as (
    select
        neighbours.grain,
        neighbours.first_index as period_index,
        neighbours.customer_id,
        neighbours.slice_id,
        case when neighbours.index_before = neighbours.first_index then neighbours.tier_before end as from_tier,
        neighbours.tier as to_tier,
        neighbours.tier_rank - neighbours.tier_rank_before as rungs
    from neighbours
    where
        neighbours.index_before is null
        or neighbours.index_before < neighbours.first_index
        or neighbours.tier_before <> neighbours.tier
    union all
    select
        neighbours.grain,
        neighbours.next_index as period_index,
        neighbours.customer_id,
        neighbours.slice_id,
        neighbours.tier as from_tier,
        cast(null as varchar) as to_tier,
        cast(null as integer) as rungs
    from neighbours
    where
        neighbours.next_index is not null
        and (neighbours.following_index is null or neighbours.next_index < neighbours.following_index)
),

dated as (
    select
        moves.*,
        periods.period_start,
        periods.opening_week,
        periods.closing_week,
        greatest(
            settings.expiry_window_days, date_diff('day', periods.opening_week, periods.closing_week)
        ) as window_days,
        case when moves.to_tier is null then periods.opening_week + 7 else periods.closing_week + 7 end as mrr_boundary
    from moves
    inner join periods on moves.grain = periods.grain and moves.period_index = periods.period_index
    cross join settings
),

evidence_days as (
    select fct_evidence.customer_id, fct_evidence.event_on as day
    from fct_evidence
    union
    select fct_evidence.customer_id, fct_evidence.closed_on as day
    from fct_evidence
    where fct_evidence.closed_on is not null
),

on_evidence as (
    select distinct dated.grain, dated.period_index, dated.customer_id
    from dated
    inner join evidence_days
        on dated.customer_id = evidence_days.customer_id
            and evidence_days.day <= dated.closing_week + 6
            and date_diff('day', evidence_days.day, dated.closing_week + 6) < dated.window_days
    where dated.from_tier is not null and dated.to_tier is not null
),

fct_tier_moves as (
    select
        dated.grain,
        dated.period_start,
        dated.customer_id,
        dated.slice_id,
        case
            when dated.from_tier is not null then dated.from_tier
            when fct_customers.first_paid_on >= dated.opening_week + 7 then 'new'
            else 'reactivated'
        end as from_state,
        coalesce(dated.to_tier, 'churned') as to_state,
        case when dated.from_tier is not null and dated.to_tier is not null then sign(dated.rungs) end as direction,
        dated.from_tier is not null and dated.to_tier is not null and on_evidence.customer_id is null as is_expired,
        coalesce(fct_mrr_spells.mrr, 0) as mrr
    from dated
    inner join fct_customers on dated.customer_id = fct_customers.customer_id
    left join on_evidence
        on dated.grain = on_evidence.grain
            and dated.period_index = on_evidence.period_index
            and dated.customer_id = on_evidence.customer_id
    left join fct_mrr_spells
        on dated.customer_id = fct_mrr_spells.customer_id
            and fct_mrr_spells.valid_from < dated.mrr_boundary
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= dated.mrr_boundary
)

select * from fct_tier_moves
