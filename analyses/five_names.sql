/* The five best candidates of each rule for whom to talk to, with what is known of them at the end of the
week that starts on $week, within the scope. rule_order is the order of the rules, place that of the candidates. */
with present as (
    select
        fct_tier_spells.customer_id,
        fct_tier_spells.tier,
        fct_tier_spells.tier_rank,
        fct_tier_spells.evidence_status,
        coalesce(fct_mrr_spells.mrr, 0) as mrr
    from fct_tier_spells
    inner join scoped_slices on fct_tier_spells.slice_id = scoped_slices.slice_id
    left join fct_mrr_spells
        on
            fct_tier_spells.customer_id = fct_mrr_spells.customer_id
            and fct_mrr_spells.valid_from < $week + 7
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= $week + 7
    where
        fct_tier_spells.valid_from <= $week
        and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > $week
),

entries as (
    select
        customer_id,
        max(period_start) as entered_week,
        max_by(from_state, period_start) as from_state,
        max_by(direction, period_start) as direction,
        max_by(is_expired, period_start) as is_expired
    from fct_tier_moves
    where grain = 'week' and period_start <= $week
    group by all
),

-- The newest voice against us, and the newest evidence for us.
newest_evidence as (
    select
        customer_id,
        max(event_on) filter (where class = 'vocal') as vocal_on,
        max_by(kind, event_on) filter (where class = 'vocal') as vocal_kind,
        max_by(kind, event_on) filter (
            where class in ('attitude', 'solicited', 'unsolicited', 'growth') and kind not like '%_detractor'
        ) as good_kind
    from fct_evidence
    where event_on < $week + 7
    group by all
),

conversations as (
    select
        customer_id,
        max(occurred_on) as spoken_on,
        max_by(kind, occurred_on) as spoken_kind
    from activities
    where kind in ('call', 'meeting') and occurred_on < $week + 7
    group by all
),

renewals as (
    select
        customer_id,
        min(renews_on) as renews_on
    from subscriptions
    where
        not coalesce(is_trial, false)
        and started_on < $week + 7
        and coalesce(ended_on, date '9999-12-31') >= $week + 7
        and renews_on >= $week + 7
    group by all
),

known as (
    select
        present.*,
        fct_customers.customer_name,
        fct_customers.owner_name,
        entries.entered_week,
        entries.from_state,
        entries.direction,
        entries.is_expired,
        newest_evidence.vocal_on,
        newest_evidence.vocal_kind,
        newest_evidence.good_kind,
        conversations.spoken_on,
        conversations.spoken_kind,
        renewals.renews_on
    from present
    inner join fct_customers on present.customer_id = fct_customers.customer_id
    left join entries on present.customer_id = entries.customer_id
    left join newest_evidence on present.customer_id = newest_evidence.customer_id
    left join conversations on present.customer_id = conversations.customer_id
    left join renewals on present.customer_id = renewals.customer_id
),

candidates as (
    select
        1 as rule_order,
        'newest_actively_dissatisfied' as rule,
        row_number() over (order by entered_week desc nulls last, mrr desc, customer_id) as place,
        *
    from known
    where tier = 'actively_dissatisfied'
    union all
    select
        2 as rule_order,
        'dissatisfied_nearest_renewal' as rule,
        row_number() over (order by renews_on, mrr desc, customer_id) as place,
        *
    from known
    where tier = 'dissatisfied' and renews_on is not null
    union all
    select
        3 as rule_order,
        'largest_silent' as rule,
        row_number() over (order by mrr desc, customer_id) as place,
        *
    from known
    where tier = 'neutral' and evidence_status in ('weak', 'expired', 'never')
    union all
    select
        4 as rule_order,
        'newest_move_up' as rule,
        row_number() over (order by entered_week desc, mrr desc, customer_id) as place,
        *
    from known
    where direction > 0 and not is_expired
    union all
    select
        5 as rule_order,
        'advocate_longest_unspoken' as rule,
        row_number() over (order by spoken_on nulls first, mrr desc, customer_id) as place,
        *
    from known
    where tier = 'advocate'
),

best as (
    select *
    from candidates
    where place <= 5
    order by rule_order, place
)

select * from best
