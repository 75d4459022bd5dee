/* One row per customer and unbroken time in one raw tier by one rule (docs/tiers.md), in weeks:
[valid_from, valid_to) are Mondays, and the state is that at the end of the week's Sunday; null = running.
run_number counts the customer's unbroken runs of weeks; a gap is a week at whose end it is not active.
tier_rank: 1 actively dissatisfied, 2 dissatisfied, 3 neutral, 4 loyal, 5 advocate. */
with weekly_changes as (
    select
        fct_tier_changes.customer_id,
        cast(date_trunc('week', fct_tier_changes.changed_on) as date) as week_start,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'mrr') as mrr,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'mrr_before') as mrr_before,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'mrr_started') as mrr_started,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'tenured') as tenured,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'voice') as voice,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'unanswered') as unanswered,
        sum(fct_tier_changes.change) filter (
            where fct_tier_changes.measure in ('nps_promoter', 'nps_passive', 'nps_detractor')
        ) as nps_any,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'nps_promoter') as nps_promoter,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'nps_passive') as nps_passive,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'nps_unhappy') as nps_unhappy,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'other_promoter') as other_promoter,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'other_passive') as other_passive,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'other_unhappy') as other_unhappy,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'usage_drop') as usage_drop,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'contraction') as contraction,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'late_payment') as late_payment,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'unsolicited') as unsolicited,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'solicited') as solicited,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'growth') as growth,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'any_evidence') as any_evidence,
        sum(fct_tier_changes.change) filter (where fct_tier_changes.measure = 'ever') as ever,
        max(fct_tier_changes.seen_on) filter (where fct_tier_changes.measure = 'positive') as positive_on,
        max(fct_tier_changes.seen_on) filter (where fct_tier_changes.measure = 'silent') as silent_on
    from fct_tier_changes
    group by fct_tier_changes.customer_id, cast(date_trunc('week', fct_tier_changes.changed_on) as date)
),

states as (
    select
        weekly_changes.customer_id,
        weekly_changes.week_start,
        lead(weekly_changes.week_start) over customer_weeks as next_week_start,
        coalesce(sum(weekly_changes.mrr) over customer_weeks, 0) as mrr,
        coalesce(sum(weekly_changes.mrr_before) over customer_weeks, 0) as mrr_before,
        coalesce(sum(weekly_changes.mrr_started) over customer_weeks, 0) as mrr_started,
        coalesce(sum(weekly_changes.tenured) over customer_weeks, 0) > 0 as is_tenured,
        coalesce(sum(weekly_changes.voice) over customer_weeks, 0) > 0 as has_voice,
        coalesce(sum(weekly_changes.unanswered) over customer_weeks, 0) > 0 as has_unanswered,
        coalesce(sum(weekly_changes.nps_any) over customer_weeks, 0) > 0 as has_nps,
        coalesce(sum(weekly_changes.nps_promoter) over customer_weeks, 0) > 0 as has_nps_promoter,
        coalesce(sum(weekly_changes.nps_passive) over customer_weeks, 0) > 0 as has_nps_passive,
        coalesce(sum(weekly_changes.nps_unhappy) over customer_weeks, 0) > 0 as has_nps_unhappy,
        coalesce(sum(weekly_changes.other_promoter) over customer_weeks, 0) > 0 as has_other_promoter,
        coalesce(sum(weekly_changes.other_passive) over customer_weeks, 0) > 0 as has_other_passive,
        coalesce(sum(weekly_changes.other_unhappy) over customer_weeks, 0) > 0 as has_other_unhappy,
        case when sum(weekly_changes.usage_drop) over customer_weeks > 0 then 1 else 0 end
        + case when sum(weekly_changes.contraction) over customer_weeks > 0 then 1 else 0 end
        + case when sum(weekly_changes.late_payment) over customer_weeks > 0 then 1 else 0 end as silent_kinds,
        coalesce(sum(weekly_changes.unsolicited) over customer_weeks, 0) as unsolicited_days,
        coalesce(sum(weekly_changes.solicited) over customer_weeks, 0) > 0 as has_solicited,
        coalesce(sum(weekly_changes.growth) over customer_weeks, 0) > 0 as has_growth,
        coalesce(sum(weekly_changes.any_evidence) over customer_weeks, 0) > 0 as has_voice_in_memory,
        coalesce(sum(weekly_changes.ever) over customer_weeks, 0) > 0 as has_ever,
        max(weekly_changes.positive_on) over customer_weeks as positive_on,
        max(weekly_changes.silent_on) over customer_weeks as silent_on
    from weekly_changes
    window customer_weeks as (
        partition by weekly_changes.customer_id order by weekly_changes.week_start
        rows between unbounded preceding and current row
    )
),

facts as (
    select
        states.customer_id,
        states.week_start,
        states.next_week_start,
        states.mrr > 0 as is_active,
        states.has_voice,
        states.has_unanswered,
        states.is_tenured,
        states.has_solicited,
        states.has_growth,
        states.unsolicited_days,
        states.silent_kinds,
        states.has_voice_in_memory,
        states.has_ever,
        -- the customer's attitude is its latest NPS answer; without one, its latest CSAT or CES answer
        states.has_nps_promoter or (not states.has_nps and states.has_other_promoter) as is_promoter,
        states.has_nps_passive or (not states.has_nps and states.has_other_passive) as is_passive,
        states.has_nps_unhappy or (not states.has_nps and states.has_other_unhappy) as is_unhappy,
        states.silent_kinds >= 2
        and not coalesce(states.positive_on > states.silent_on, false) as is_silently_unhappy,
        case when states.mrr_before > 0 then states.mrr >= states.mrr_before else states.mrr >= states.mrr_started
        end as is_not_shrinking
    from states
),

ruled as (
    select
        facts.customer_id,
        facts.week_start,
        facts.next_week_start,
        facts.is_active,
        case
            when not facts.is_active then null
            when facts.has_voice then 'R1'
            when facts.is_unhappy or facts.is_silently_unhappy or facts.has_unanswered then 'R2'
            when facts.is_not_shrinking and facts.unsolicited_days > 0 and (
                    facts.has_solicited
                    or (facts.is_promoter and facts.has_growth)
                    or (facts.unsolicited_days >= 2 and facts.is_tenured)
                ) then 'R3'
            when facts.is_not_shrinking and (
                    facts.has_solicited or (facts.is_promoter and facts.has_growth) or facts.unsolicited_days > 0
                ) then 'R4'
            when
                facts.is_passive or facts.is_promoter or facts.has_growth
                or facts.has_solicited or facts.unsolicited_days > 0
                then 'R5a'
            else 'R5b'
        end as rule,
        case
            when facts.has_voice_in_memory or facts.silent_kinds > 0 then 'weak'
            when facts.has_ever then 'expired'
            else 'never'
        end as status_without_evidence
    from facts
),

ranked as (
    select
        ruled.customer_id,
        ruled.week_start,
        ruled.next_week_start,
        ruled.is_active,
        ruled.rule,
        case ruled.rule
            when 'R1' then 1 when 'R2' then 2 when 'R3' then 5 when 'R4' then 4 when 'R5a' then 3 when 'R5b' then 3
        end as tier_rank,
        case when ruled.rule = 'R5b' then ruled.status_without_evidence else 'evidence' end as evidence_status,
        sum(case when ruled.is_active then 0 else 1 end) over (
            partition by ruled.customer_id order by ruled.week_start
            rows between unbounded preceding and current row
        ) as run_number
    from ruled
),

compared as (
    select
        ranked.customer_id,
        ranked.week_start,
        ranked.next_week_start,
        ranked.rule,
        ranked.tier_rank,
        ranked.evidence_status,
        ranked.run_number,
        case
            when lag(ranked.rule) over customer_runs = ranked.rule
                and lag(ranked.evidence_status) over customer_runs = ranked.evidence_status
                then 0
            else 1
        end as is_new
    from ranked
    where ranked.is_active
    window customer_runs as (
        partition by ranked.customer_id, ranked.run_number order by ranked.week_start
    )
),

starts as (
    select
        compared.customer_id,
        compared.run_number,
        compared.week_start as valid_from,
        compared.rule,
        compared.tier_rank,
        compared.evidence_status
    from compared
    where compared.is_new = 1
),

run_ends as (
    select
        compared.customer_id,
        compared.run_number,
        case when count(*) = count(compared.next_week_start) then max(compared.next_week_start) end as ended_week
    from compared
    group by compared.customer_id, compared.run_number
),

fct_raw_tiers as (
    select
        starts.customer_id,
        starts.run_number,
        starts.valid_from,
        coalesce(
            lead(starts.valid_from) over (
                partition by starts.customer_id, starts.run_number order by starts.valid_from
            ),
            run_ends.ended_week
        ) as valid_to,
        starts.rule,
        starts.tier_rank,
        starts.evidence_status
    from starts
    inner join run_ends
        on starts.customer_id = run_ends.customer_id
            and starts.run_number = run_ends.run_number
)

select * from fct_raw_tiers
