/* One row per customer, day and measure that enters or leaves the tier rules (docs/tiers.md).
Every condition of a rule is an interval of days in which it holds; its two ends are two rows here, so the
rules cost what happened and not customers x weeks. 'After' is a later day. */
with positives as (
    select fct_evidence.customer_id, fct_evidence.event_on
    from fct_evidence
    where
        fct_evidence.class in ('solicited', 'unsolicited')
        or (fct_evidence.class = 'attitude' and fct_evidence.kind in ('nps_promoter', 'csat_promoter', 'ces_promoter'))
),

-- what ends a silence after a complaint: a positive act, or an answer that is not a detractor's
replies as (
    select positives.customer_id, positives.event_on
    from positives
    union all
    select fct_evidence.customer_id, fct_evidence.event_on
    from fct_evidence
    where fct_evidence.kind in ('nps_passive', 'csat_passive', 'ces_passive')
),

vocal as (
    select
        fct_evidence.customer_id,
        fct_evidence.source_table,
        fct_evidence.source_id,
        fct_evidence.event_on,
        fct_evidence.closed_on,
        fct_evidence.closed_well,
        fct_evidence.kind in ('complaint', 'escalation') as is_case,
        case when fct_evidence.kind = 'public_negative'
                then fct_evidence.event_on + settings.public_negative_window_days
            else fct_evidence.event_on + settings.vocal_window_days
        end as window_to,
        fct_evidence.event_on + settings.vocal_memory_days as memory_to,
        -- an open case counts until it is closed, and not beyond its window
        case when fct_evidence.kind in ('complaint', 'escalation')
                then least(
                        coalesce(fct_evidence.closed_on, fct_evidence.event_on + settings.open_case_window_days),
                        fct_evidence.event_on + settings.open_case_window_days
                    )
            else fct_evidence.event_on
        end as open_to,
        -- the day after which an answer counts: the case's closure, or the event where there is no case
        case when fct_evidence.kind in ('complaint', 'escalation') then fct_evidence.closed_on
            else fct_evidence.event_on
        end as answerable_from
    from fct_evidence
    cross join settings
    where fct_evidence.class = 'vocal'
),

superseded as (
    select vocal.source_table, vocal.source_id, min(positives.event_on) as superseded_on
    from vocal
    inner join positives
        on vocal.customer_id = positives.customer_id and vocal.answerable_from < positives.event_on
    group by vocal.source_table, vocal.source_id
),

replied as (
    select vocal.source_table, vocal.source_id, min(replies.event_on) as replied_on
    from vocal
    inner join replies
        on vocal.customer_id = replies.customer_id and vocal.answerable_from < replies.event_on
    group by vocal.source_table, vocal.source_id
),

judged as (
    select
        vocal.customer_id,
        vocal.event_on,
        vocal.open_to,
        vocal.answerable_from,
        vocal.window_to,
        vocal.memory_to,
        case when vocal.is_case and vocal.closed_well then vocal.closed_on else superseded.superseded_on
        end as superseded_on,
        case when vocal.is_case and vocal.closed_well then vocal.closed_on else replied.replied_on
        end as replied_on
    from vocal
    left join superseded
        on vocal.source_table = superseded.source_table and vocal.source_id = superseded.source_id
    left join replied
        on vocal.source_table = replied.source_table and vocal.source_id = replied.source_id
),

-- a detractor's answer stands until it is no longer the latest, expires or is followed by a positive act
attitudes as (
    select
        fct_answers.customer_id,
        fct_answers.is_nps,
        fct_answers.answer_class,
        fct_answers.responded_on,
        fct_answers.attitude_to,
        min(fct_evidence.event_on) as acted_on
    from fct_answers
    left join fct_evidence
        on fct_answers.customer_id = fct_evidence.customer_id
            and fct_evidence.class in ('solicited', 'unsolicited')
            and fct_answers.responded_on < fct_evidence.event_on
            and fct_answers.answer_class = 'detractor'
    where fct_answers.responded_on < fct_answers.attitude_to
    group by
        fct_answers.customer_id, fct_answers.response_id, fct_answers.is_nps, fct_answers.answer_class,
        fct_answers.responded_on, fct_answers.attitude_to
),

unsolicited_days as (
    select distinct fct_evidence.customer_id, fct_evidence.event_on
    from fct_evidence
    where fct_evidence.class = 'unsolicited'
),

intervals as (
    select judged.customer_id, 'voice' as measure, judged.event_on as valid_from, judged.open_to as valid_to
    from judged
    union all
    select
        judged.customer_id, 'voice' as measure, greatest(judged.event_on, judged.answerable_from) as valid_from,
        least(judged.window_to, coalesce(judged.superseded_on, judged.window_to)) as valid_to
    from judged
    where judged.answerable_from is not null
    union all
    select
        judged.customer_id, 'unanswered' as measure,
        greatest(judged.window_to, judged.answerable_from) as valid_from,
        least(judged.memory_to, coalesce(judged.replied_on, judged.memory_to)) as valid_to
    from judged
    where judged.answerable_from is not null
    union all
    select judged.customer_id, 'any_evidence' as measure, judged.event_on as valid_from, judged.memory_to as valid_to
    from judged
    union all
    select
        attitudes.customer_id,
        concat(case when attitudes.is_nps then 'nps_' else 'other_' end, attitudes.answer_class) as measure,
        attitudes.responded_on as valid_from,
        attitudes.attitude_to as valid_to
    from attitudes
    union all
    select
        attitudes.customer_id,
        case when attitudes.is_nps then 'nps_unhappy' else 'other_unhappy' end as measure,
        attitudes.responded_on as valid_from,
        least(attitudes.attitude_to, coalesce(attitudes.acted_on, attitudes.attitude_to)) as valid_to
    from attitudes
    where attitudes.answer_class = 'detractor'
    union all
    select
        fct_evidence.customer_id, fct_evidence.kind as measure, fct_evidence.event_on as valid_from,
        fct_evidence.event_on + settings.silent_window_days as valid_to
    from fct_evidence
    cross join settings
    where fct_evidence.class = 'silent'
    union all
    select
        unsolicited_days.customer_id, 'unsolicited' as measure, unsolicited_days.event_on as valid_from,
        unsolicited_days.event_on + settings.positive_window_days as valid_to
    from unsolicited_days
    cross join settings
    union all
    select
        fct_evidence.customer_id, 'solicited' as measure, fct_evidence.event_on as valid_from,
        fct_evidence.event_on + settings.positive_window_days as valid_to
    from fct_evidence
    cross join settings
    where fct_evidence.class = 'solicited'
    union all
    select
        fct_evidence.customer_id, 'growth' as measure, fct_evidence.event_on as valid_from,
        fct_evidence.event_on + settings.growth_window_days as valid_to
    from fct_evidence
    cross join settings
    where fct_evidence.class = 'growth'
),

edges as (
    select
        intervals.customer_id, intervals.valid_from as changed_on, intervals.measure,
        cast(1 as decimal(38, 6)) as change, cast(null as date) as seen_on
    from intervals
    where intervals.valid_from < intervals.valid_to
    union all
    select
        intervals.customer_id, intervals.valid_to as changed_on, intervals.measure,
        cast(-1 as decimal(38, 6)) as change, cast(null as date) as seen_on
    from intervals
    where intervals.valid_from < intervals.valid_to
    union all
    select
        positives.customer_id, positives.event_on as changed_on, 'positive' as measure,
        cast(0 as decimal(38, 6)) as change, positives.event_on as seen_on
    from positives
    union all
    select
        fct_evidence.customer_id, fct_evidence.event_on as changed_on, 'silent' as measure,
        cast(0 as decimal(38, 6)) as change, fct_evidence.event_on as seen_on
    from fct_evidence
    where fct_evidence.class = 'silent'
    union all
    select
        fct_evidence.customer_id, min(fct_evidence.event_on) as changed_on, 'ever' as measure,
        cast(1 as decimal(38, 6)) as change, cast(null as date) as seen_on
    from fct_evidence
    group by fct_evidence.customer_id
    union all
    select
        fct_mrr_steps.customer_id, fct_mrr_steps.changed_on, 'mrr' as measure,
        fct_mrr_steps.mrr_after - fct_mrr_steps.mrr_before as change, cast(null as date) as seen_on
    from fct_mrr_steps
    union all
    select
        fct_mrr_steps.customer_id, fct_mrr_steps.changed_on + settings.shrink_lookback_days as changed_on,
        'mrr_before' as measure, fct_mrr_steps.mrr_after - fct_mrr_steps.mrr_before as change,
        cast(null as date) as seen_on
    from fct_mrr_steps
    cross join settings
    union all
    select
        fct_activity_spells.customer_id, fct_activity_spells.valid_from as changed_on, 'mrr_started' as measure,
        fct_activity_spells.started_mrr as change, cast(null as date) as seen_on
    from fct_activity_spells
    union all
    select
        fct_activity_spells.customer_id, fct_activity_spells.valid_to as changed_on, 'mrr_started' as measure,
        -fct_activity_spells.started_mrr as change, cast(null as date) as seen_on
    from fct_activity_spells
    where fct_activity_spells.valid_to is not null
    union all
    select
        fct_customers.customer_id, fct_customers.first_paid_on + settings.advocate_tenure_days as changed_on,
        'tenured' as measure, cast(1 as decimal(38, 6)) as change, cast(null as date) as seen_on
    from fct_customers
    cross join settings
    where fct_customers.first_paid_on is not null
),

fct_tier_changes as (
    select edges.*
    from edges
    inner join fct_customers on edges.customer_id = fct_customers.customer_id
    cross join build_info
    where
        fct_customers.first_paid_on is not null
        -- only whole weeks: the last Sunday on or before the as-of date
        and edges.changed_on < cast(date_trunc('week', build_info.as_of + 1) as date)
)

select * from fct_tier_changes
