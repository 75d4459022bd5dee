/* One row per piece of evidence for a customer's tier (docs/tiers.md), up to the as-of date.
class: vocal, attitude, silent, solicited, unsolicited, growth. table_order breaks ties of one day.
closed_on is the day a case was closed, closed_well that its own CSAT was 4 or 5. */
with case_evidence as (
    select
        cases.customer_id,
        cast(cases.opened_at as date) as event_on,
        case when cases.kind = 'complaint' then 'complaint' else 'escalation' end as kind,
        'vocal' as class,
        case when cast(cases.closed_at as date) <= build_info.as_of then cast(cases.closed_at as date) end as closed_on,
        coalesce(cases.csat >= 4, false) as closed_well,
        cast(null as double) as score,
        'cases' as source_table,
        1 as table_order,
        cases.case_id as source_id
    from cases
    cross join build_info
    where cases.kind = 'complaint' or cases.is_escalated
),

threat_evidence as (
    select
        activities.customer_id,
        activities.occurred_on as event_on,
        'cancel_threat' as kind,
        'vocal' as class,
        cast(null as date) as closed_on,
        false as closed_well,
        cast(null as double) as score,
        'activities' as source_table,
        2 as table_order,
        activities.activity_id as source_id
    from activities
    where activities.theme = 'cancel_threat'
),

angry_answers as (
    select
        fct_answers.customer_id,
        fct_answers.responded_on as event_on,
        'survey_low_with_complaint' as kind,
        'vocal' as class,
        cast(null as date) as closed_on,
        false as closed_well,
        cast(fct_answers.score as double) as score,
        'survey_responses' as source_table,
        3 as table_order,
        fct_answers.response_id as source_id
    from fct_answers
    where
        fct_answers.answer_class = 'detractor'
        and coalesce(fct_answers.is_complaint, trim(coalesce(fct_answers.comment, '')) <> '')
),

answers as (
    select
        fct_answers.customer_id,
        fct_answers.responded_on as event_on,
        concat(fct_answers.instrument, '_', fct_answers.answer_class) as kind,
        'attitude' as class,
        cast(null as date) as closed_on,
        false as closed_well,
        cast(fct_answers.score as double) as score,
        'survey_responses' as source_table,
        5 as table_order,
        fct_answers.response_id as source_id
    from fct_answers
),

acts as (
    select
        advocacy_events.customer_id,
        advocacy_events.occurred_on as event_on,
        case
            when advocacy_events.kind in ('review', 'social') and advocacy_events.rating <= 2 then 'public_negative'
            else advocacy_events.kind
        end as kind,
        case
            when advocacy_events.kind in ('review', 'social') and advocacy_events.rating <= 2 then 'vocal'
            when advocacy_events.is_solicited or advocacy_events.reward_code is not null then 'solicited'
            else 'unsolicited'
        end as class,
        cast(null as date) as closed_on,
        false as closed_well,
        cast(advocacy_events.rating as double) as score,
        'advocacy_events' as source_table,
        4 as table_order,
        advocacy_events.event_id as source_id
    from advocacy_events
    where
        advocacy_events.rating >= 4
        or (advocacy_events.rating is null and advocacy_events.kind not in ('review', 'social'))
        or (advocacy_events.rating <= 2 and advocacy_events.kind in ('review', 'social'))
),

drops as (
    select
        fct_usage_drops.customer_id,
        fct_usage_drops.dropped_on as event_on,
        'usage_drop' as kind,
        'silent' as class,
        cast(null as date) as closed_on,
        false as closed_well,
        cast(null as double) as score,
        'usage' as source_table,
        6 as table_order,
        cast(fct_usage_drops.week_start as varchar) as source_id
    from fct_usage_drops
),

movements as (
    select
        fct_mrr_movements.customer_id,
        fct_mrr_movements.moved_on as event_on,
        fct_mrr_movements.kind,
        case when fct_mrr_movements.kind = 'contraction' then 'silent' else 'growth' end as class,
        cast(null as date) as closed_on,
        false as closed_well,
        cast(fct_mrr_movements.amount as double) as score,
        'subscriptions' as source_table,
        7 as table_order,
        cast(fct_mrr_movements.moved_on as varchar) as source_id
    from fct_mrr_movements
    where
        fct_mrr_movements.kind = 'contraction'
        or (fct_mrr_movements.kind = 'expansion' and not fct_mrr_movements.is_price)
),

renewals as (
    select
        fct_opportunities.customer_id,
        fct_opportunities.closed_on as event_on,
        'renewal' as kind,
        'growth' as class,
        cast(null as date) as closed_on,
        false as closed_well,
        cast(null as double) as score,
        'opportunities' as source_table,
        8 as table_order,
        fct_opportunities.opportunity_id as source_id
    from fct_opportunities
    where fct_opportunities.kind = 'renewal' and fct_opportunities.is_won
),

late_payments as (
    select
        billing_events.customer_id,
        billing_events.occurred_on as event_on,
        'late_payment' as kind,
        'silent' as class,
        cast(null as date) as closed_on,
        false as closed_well,
        cast(null as double) as score,
        'billing_events' as source_table,
        9 as table_order,
        billing_events.event_id as source_id
    from billing_events
    where billing_events.kind = 'late_payment'
),

all_evidence as (
    select * from case_evidence
    union all
    select * from threat_evidence
    union all
    select * from angry_answers
    union all
    select * from answers
    union all
    select * from acts
    union all
    select * from drops
    union all
    select * from movements
    union all
    select * from renewals
    union all
    select * from late_payments
),

fct_evidence as (
    select all_evidence.*
    from all_evidence
    inner join fct_customers on all_evidence.customer_id = fct_customers.customer_id
    cross join build_info
    where all_evidence.event_on <= build_info.as_of
)

select * from fct_evidence
