/* One row per week and customer with a tier at the end of its Sunday: the tier, that of the week before
(null: not active then), the rule in force and the newest evidence for it. Filter by week_start. */
with weeks as (
    select period_start as week_start
    from periods
    where grain = 'week'
),

placed as (
    select
        weeks.week_start,
        fct_tier_spells.customer_id,
        fct_tier_spells.slice_id,
        fct_tier_spells.tier,
        fct_tier_spells.raw_tier,
        fct_tier_spells.rule,
        fct_tier_spells.evidence_status
    from weeks
    inner join fct_tier_spells
        on weeks.week_start >= fct_tier_spells.valid_from
            and weeks.week_start < coalesce(fct_tier_spells.valid_to, date '9999-12-31')
    cross join data_bounds
    where weeks.week_start < data_bounds.last_sunday
),

evidence as (
    select
        placed.week_start,
        placed.customer_id,
        string_agg(
            replace(fct_evidence.kind, '_', ' ')
            || ' on ' || fct_evidence.event_on
            || case when fct_evidence.score is not null and fct_evidence.class in ('attitude', 'vocal')
                    then ' (score ' || cast(fct_evidence.score as integer) || ')'
                else ''
            end
            || case
                when fct_evidence.source_table in ('usage', 'subscriptions') then ''
                else ' [' || fct_evidence.source_id || ']'
            end,
            '; ' order by fct_evidence.event_on desc, fct_evidence.table_order asc, fct_evidence.source_id asc
        ) as evidence
    from placed
    inner join fct_evidence
        on placed.customer_id = fct_evidence.customer_id
            and fct_evidence.event_on <= placed.week_start + 6
            and fct_evidence.event_on > placed.week_start + 6 - 365
    where
        (placed.rule = 'R1' and fct_evidence.class = 'vocal')
        or (placed.rule = 'R2' and (
            fct_evidence.class in ('vocal', 'silent') or fct_evidence.kind like '%\_detractor' escape '\'
        ))
        or (placed.rule in ('R3', 'R4') and (
            fct_evidence.class in ('solicited', 'unsolicited', 'growth')
            or fct_evidence.kind like '%\_promoter' escape '\'
        ))
        or (placed.rule = 'R5a' and (
            fct_evidence.class in ('solicited', 'unsolicited', 'growth')
            or fct_evidence.kind like '%\_promoter' escape '\'
            or fct_evidence.kind like '%\_passive' escape '\'
        ))
    group by placed.week_start, placed.customer_id
)

select
    placed.week_start,
    placed.customer_id,
    fct_customers.customer_name,
    placed.slice_id,
    placed.tier,
    earlier.tier as previous_tier,
    placed.raw_tier,
    placed.rule,
    placed.evidence_status,
    case
        when evidence.evidence is not null then evidence.evidence
        when placed.evidence_status = 'expired' then 'no evidence in force: it has expired'
        when placed.evidence_status = 'weak' then 'no evidence that decides a tier'
        else 'no evidence'
    end as evidence,
    fct_mrr_spells.mrr
from placed
inner join fct_customers on placed.customer_id = fct_customers.customer_id
left join fct_tier_spells as earlier
    on placed.customer_id = earlier.customer_id
        and placed.week_start - 7 >= earlier.valid_from
        and placed.week_start - 7 < coalesce(earlier.valid_to, date '9999-12-31')
left join fct_mrr_spells
    on placed.customer_id = fct_mrr_spells.customer_id
        and fct_mrr_spells.valid_from <= placed.week_start + 6
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') > placed.week_start + 6
left join evidence
    on placed.customer_id = evidence.customer_id and placed.week_start = evidence.week_start
