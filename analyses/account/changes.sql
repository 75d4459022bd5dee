/* One row per change of a customer's published tier from week to week, entries and exits included, newest first,
with the pieces of evidence that decide the new tier (evidence) and those of the tier before that no longer count
(ended), each a list of structs, newest first. $customer_id null: of every customer.
The published tier follows the weeks' raw tiers slowly (docs/tiers.md), so the deciding week is the change's own or
the one before. A piece counts in [valid_from, valid_to); a week is judged at the end of its Sunday. */
with chosen_evidence as (
    select
        fct_evidence.*,
        fct_evidence.event_on + case
            when fct_evidence.kind = 'public_negative' then settings.public_negative_window_days
            when fct_evidence.class = 'vocal' then settings.vocal_window_days
            when fct_evidence.class = 'attitude' then settings.attitude_window_days
            when fct_evidence.class = 'silent' then settings.silent_window_days
            when fct_evidence.class = 'growth' then settings.growth_window_days
            else settings.positive_window_days
        end as window_to
    from fct_evidence
    cross join settings
    where $customer_id is null or fct_evidence.customer_id = $customer_id
),

chosen_spells as (
    select *
    from fct_tier_spells
    where $customer_id is null or customer_id = $customer_id
),

positives as (
    select customer_id, event_on
    from chosen_evidence
    where class in ('solicited', 'unsolicited') or (class = 'attitude' and kind like '%\_promoter' escape '\')
),

replies as (
    select customer_id, event_on
    from positives
    union all
    select customer_id, event_on
    from chosen_evidence
    where kind like '%\_passive' escape '\'
),

voices as (
    select
        chosen_evidence.*,
        chosen_evidence.kind in ('complaint', 'escalation') as is_case,
        chosen_evidence.event_on + settings.vocal_memory_days as memory_to,
        chosen_evidence.event_on + settings.open_case_window_days as open_window_to,
        if(is_case, chosen_evidence.closed_on, chosen_evidence.event_on) as answerable_from
    from chosen_evidence
    cross join settings
    where chosen_evidence.class = 'vocal'
),

answered as (
    select
        voices.*,
        if(
            voices.is_case and voices.closed_well, voices.closed_on,
            (
                select min(positives.event_on)
                from positives
                where voices.customer_id = positives.customer_id and voices.answerable_from < positives.event_on
            )
        ) as superseded_on,
        if(
            voices.is_case and voices.closed_well, voices.closed_on,
            (
                select min(replies.event_on)
                from replies
                where voices.customer_id = replies.customer_id and voices.answerable_from < replies.event_on
            )
        ) as replied_on
    from voices
),

attitudes as (
    select
        chosen_evidence.*,
        fct_answers.is_nps,
        fct_answers.answer_class,
        fct_answers.attitude_to,
        fct_answers.attitude_to < chosen_evidence.window_to as is_replaced,
        (
            select min(acts.event_on)
            from chosen_evidence as acts
            where
                acts.customer_id = chosen_evidence.customer_id
                and acts.class in ('solicited', 'unsolicited')
                and acts.event_on > chosen_evidence.event_on
        ) as acted_on
    from chosen_evidence
    inner join fct_answers
        on
            chosen_evidence.customer_id = fct_answers.customer_id
            and chosen_evidence.source_id = fct_answers.response_id
    where chosen_evidence.class = 'attitude'
),

counting as (
    -- an open case counts until it is closed, and not beyond its window
    select
        customer_id, source_table, source_id, table_order, kind, class, event_on, score,
        'voice' as role,
        event_on as valid_from,
        least(coalesce(closed_on, open_window_to), open_window_to) as valid_to,
        case
            when closed_on > open_window_to or closed_on is null then 'window'
            when closed_well then 'closed_well'
            else 'closed'
        end as ended_by
    from answered
    where is_case
    union all
    select
        customer_id, source_table, source_id, table_order, kind, class, event_on, score,
        'voice' as role,
        greatest(event_on, answerable_from) as valid_from,
        least(window_to, coalesce(superseded_on, window_to)) as valid_to,
        case when superseded_on < window_to then if(is_case and closed_well, 'closed_well', 'answered') else 'window'
        end as ended_by
    from answered
    where answerable_from is not null
    union all
    select
        customer_id, source_table, source_id, table_order, kind, class, event_on, score,
        'unanswered' as role,
        greatest(window_to, answerable_from) as valid_from,
        least(memory_to, coalesce(replied_on, memory_to)) as valid_to,
        if(replied_on < memory_to, 'answered', 'memory') as ended_by
    from answered
    where answerable_from is not null
    union all
    select
        customer_id, source_table, source_id, table_order, kind, class, event_on, score,
        if(is_nps, 'nps', 'other_answer') as role,
        event_on as valid_from,
        attitude_to as valid_to,
        if(is_replaced, 'replaced', 'window') as ended_by
    from attitudes
    union all
    select
        customer_id, source_table, source_id, table_order, kind, class, event_on, score,
        if(is_nps, 'nps_unhappy', 'other_unhappy') as role,
        event_on as valid_from,
        least(attitude_to, coalesce(acted_on, attitude_to)) as valid_to,
        case when acted_on < attitude_to then 'answered' when is_replaced then 'replaced' else 'window' end as ended_by
    from attitudes
    where answer_class = 'detractor'
    union all
    select
        customer_id, source_table, source_id, table_order, kind, class, event_on, score,
        class as role,
        event_on as valid_from,
        window_to as valid_to,
        'window' as ended_by
    from chosen_evidence
    where class in ('silent', 'growth', 'solicited', 'unsolicited')
),

moves as (
    select
        customer_id,
        period_start as week_start,
        from_state,
        to_state,
        direction,
        is_expired,
        mrr
    from fct_tier_moves
    where grain = 'week' and ($customer_id is null or customer_id = $customer_id)
),

-- the rule of the change's own week where its raw tier is the new one, else that of the week before
decided as (
    select
        moves.*,
        coalesce(spells.raw_tier, moves.to_state) = moves.to_state as is_own_week,
        moves.week_start - if(is_own_week, 0, 7) as deciding_week,
        if(is_own_week, spells.rule, spells_before.rule) as rule,
        if(is_own_week, spells.evidence_status, spells_before.evidence_status) as evidence_status,
        coalesce(spells_before.run_number, -1) as former_run
    from moves
    left join chosen_spells as spells
        on
            moves.customer_id = spells.customer_id
            and spells.valid_from <= moves.week_start
            and coalesce(spells.valid_to, date '9999-12-31') > moves.week_start
    left join chosen_spells as spells_before
        on
            moves.customer_id = spells_before.customer_id
            and spells_before.valid_from <= moves.week_start - 7
            and coalesce(spells_before.valid_to, date '9999-12-31') > moves.week_start - 7
),

-- the last week whose raw tier was the tier that the customer left
former as (
    select
        decided.customer_id,
        decided.week_start,
        max_by(spells.rule, spells.valid_from) as rule,
        max(least(coalesce(spells.valid_to, decided.week_start), decided.week_start)) - 7 as former_week
    from decided
    inner join chosen_spells as spells
        on
            decided.customer_id = spells.customer_id
            and decided.former_run = spells.run_number
            and decided.from_state = spells.raw_tier
            and spells.valid_from < decided.week_start
    group by decided.customer_id, decided.week_start
),

moments as (
    select
        customer_id,
        week_start,
        true as is_new,
        deciding_week as judged_week,
        rule
    from decided
    where rule is not null
    union all
    select
        customer_id,
        week_start,
        false as is_new,
        former_week as judged_week,
        rule
    from former
),

-- whether the MRR of a moment is under that of a year before, or under that at the start
sized as (
    select
        moments.*,
        coalesce(now.mrr, 0) as mrr_then,
        coalesce(nullif(coalesce(earlier.mrr, 0), 0), starts.started_mrr) as mrr_to_keep,
        mrr_then < mrr_to_keep as is_shrinking
    from moments
    cross join settings
    left join fct_mrr_spells as now
        on
            moments.customer_id = now.customer_id
            and now.valid_from <= moments.judged_week + 6
            and coalesce(now.valid_to, date '9999-12-31') > moments.judged_week + 6
    left join fct_mrr_spells as earlier
        on
            moments.customer_id = earlier.customer_id
            and earlier.valid_from <= moments.judged_week + 6 - settings.shrink_lookback_days
            and coalesce(earlier.valid_to, date '9999-12-31')
            > moments.judged_week + 6 - settings.shrink_lookback_days
    left join fct_activity_spells as starts
        on
            moments.customer_id = starts.customer_id
            and starts.valid_from <= moments.judged_week + 6
            and coalesce(starts.valid_to, date '9999-12-31') > moments.judged_week + 6
),

in_force as (
    select
        sized.week_start,
        sized.is_new,
        sized.judged_week,
        sized.rule,
        counting.*,
        bool_or(counting.role = 'nps') over moment as has_nps,
        bool_or(counting.class = 'growth') over moment as has_growth,
        count(distinct if(counting.role = 'silent', counting.kind, null)) over moment as silent_kinds
    from sized
    inner join counting
        on
            sized.customer_id = counting.customer_id
            and counting.valid_from <= sized.judged_week + 6
            and counting.valid_to > sized.judged_week + 6
    window moment as (partition by sized.customer_id, sized.week_start, sized.is_new)
),

governed as (
    select
        in_force.*,
        in_force.role = if(in_force.has_nps, 'nps', 'other_answer') as is_attitude,
        in_force.role = if(in_force.has_nps, 'nps_unhappy', 'other_unhappy') as is_unhappy,
        bool_or(is_attitude and in_force.kind like '%\_promoter' escape '\') over moment as is_promoter,
        coalesce(
            (
                select max(positives.event_on)
                from positives
                where in_force.customer_id = positives.customer_id and positives.event_on <= in_force.judged_week + 6
            ) > max(if(in_force.class = 'silent', in_force.event_on, null)) over moment,
            false
        ) as is_made_good
    from in_force
    window moment as (partition by in_force.customer_id, in_force.week_start, in_force.is_new)
),

deciding as (
    select *
    from governed
    where
        (rule = 'R1' and role = 'voice')
        or (rule = 'R2' and (
            is_unhappy or role = 'unanswered' or (role = 'silent' and silent_kinds >= 2 and not is_made_good)
        ))
        or (rule in ('R3', 'R4', 'R5a') and class in ('solicited', 'unsolicited'))
        or (rule in ('R3', 'R4') and is_promoter and has_growth and (
            class = 'growth' or (is_attitude and kind like '%\_promoter' escape '\')
        ))
        or (rule = 'R5a' and (
            class = 'growth' or (is_attitude and kind not like '%\_detractor' escape '\')
        ))
),

-- of the old tier's evidence, what no longer counts in the deciding week and is not held against the new tier
lapsed as (
    select
        deciding.*,
        decided.deciding_week
    from deciding
    inner join decided on deciding.customer_id = decided.customer_id and deciding.week_start = decided.week_start
    where
        not deciding.is_new
        and deciding.valid_to <= decided.deciding_week + 6
        and not exists (
            select 1
            from counting
            where
                counting.customer_id = deciding.customer_id
                and counting.source_id = deciding.source_id
                and counting.kind = deciding.kind
                and counting.role = deciding.role
                and counting.valid_from <= decided.deciding_week + 6
                and counting.valid_to > decided.deciding_week + 6
        )
        -- an expansion that ran out beside a newer one is no reason
        and not exists (
            select 1
            from counting
            where
                deciding.role in ('growth', 'solicited')
                and counting.customer_id = deciding.customer_id
                and counting.role = deciding.role
                and counting.valid_from <= decided.deciding_week + 6
                and counting.valid_to > decided.deciding_week + 6
        )
        and not exists (
            select 1
            from deciding as newly
            where
                newly.is_new
                and newly.customer_id = deciding.customer_id
                and newly.week_start = deciding.week_start
                and newly.source_id = deciding.source_id
                and newly.kind = deciding.kind
        )
),

chosen_pieces as (
    select *
    from deciding
    where is_new
    union all by name
    select * exclude (deciding_week)
    from lapsed
),

pieces as (
    select
        customer_id, week_start, is_new, table_order,
        struct_pack(
            kind := kind, event_on := event_on, score := score, source_table := source_table, source_id := source_id,
            role := role, valid_to := max(valid_to), ended_by := max_by(ended_by, valid_to)
        ) as piece
    from chosen_pieces
    group by customer_id, week_start, is_new, table_order, kind, event_on, score, source_table, source_id, role
),

ordered as (
    select
        *,
        row_number() over (
            partition by customer_id, week_start, is_new
            order by piece.event_on desc, table_order asc, piece.source_id asc, piece.role asc
        ) as place
    from pieces
),

listed as (
    select
        customer_id, week_start,
        list(piece order by place) filter (where is_new) as evidence,
        list(piece order by place) filter (where not is_new) as ended
    from ordered
    group by customer_id, week_start
),

exits as (
    select
        moves.customer_id,
        moves.week_start,
        max(fct_terms.ended_on) as ended_on,
        max_by(fct_terms.end_reason, fct_terms.ended_on) as end_reason,
        max_by(fct_terms.subscription_id, fct_terms.ended_on) as subscription_id
    from moves
    inner join fct_terms on moves.customer_id = fct_terms.customer_id and fct_terms.ended_on <= moves.week_start + 6
    where moves.to_state = 'churned'
    group by moves.customer_id, moves.week_start
),

changes as (
    select
        decided.customer_id,
        decided.week_start,
        decided.from_state,
        decided.to_state,
        decided.direction,
        decided.is_expired,
        decided.deciding_week,
        decided.rule,
        former.rule as former_rule,
        decided.evidence_status,
        decided.mrr,
        coalesce(sized.is_shrinking, false) as is_shrinking,
        coalesce(sized_before.is_shrinking, false) as was_shrinking,
        sized.mrr_to_keep,
        coalesce(listed.evidence, []) as evidence,
        coalesce(listed.ended, []) as ended,
        exits.ended_on,
        exits.end_reason,
        exits.subscription_id
    from decided
    left join former on decided.customer_id = former.customer_id and decided.week_start = former.week_start
    left join listed on decided.customer_id = listed.customer_id and decided.week_start = listed.week_start
    left join exits on decided.customer_id = exits.customer_id and decided.week_start = exits.week_start
    left join sized
        on decided.customer_id = sized.customer_id and decided.week_start = sized.week_start and sized.is_new
    left join sized as sized_before
        on
            decided.customer_id = sized_before.customer_id
            and decided.week_start = sized_before.week_start
            and not sized_before.is_new
    order by decided.week_start desc, decided.customer_id asc
)

select * from changes
