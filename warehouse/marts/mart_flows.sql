/* One row per grain, period, slice, pair of states and kind of move: customers and their MRR. No stays. */
with mart_flows as (
    select
        fct_tier_moves.grain,
        fct_tier_moves.period_start,
        fct_tier_moves.slice_id,
        fct_tier_moves.from_state,
        fct_tier_moves.to_state,
        fct_tier_moves.direction,
        fct_tier_moves.is_expired,
        count(*) as customers,
        sum(fct_tier_moves.mrr) as mrr
    from fct_tier_moves
    group by
        fct_tier_moves.grain, fct_tier_moves.period_start, fct_tier_moves.slice_id, fct_tier_moves.from_state,
        fct_tier_moves.to_state, fct_tier_moves.direction, fct_tier_moves.is_expired
)

select * from mart_flows
