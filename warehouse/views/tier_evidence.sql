/* One row per week, customer with a tier at the end of its Sunday, and piece of evidence for that tier, in words;
one row that says so where there is none. Filter by week_start and, before an aggregate, by customer. */
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
)

select
    placed.*,
    fct_evidence.event_on,
    fct_evidence.table_order,
    fct_evidence.source_id,
    case
        when fct_evidence.customer_id is not null
            then
                replace(fct_evidence.kind, '_', ' ')
                || ' on ' || fct_evidence.event_on
                || case when fct_evidence.score is not null and fct_evidence.class in ('attitude', 'vocal')
                        then ' (score ' || cast(fct_evidence.score as integer) || ')'
                    else ''
                end
                || case when fct_evidence.source_table in ('usage', 'subscriptions') then ''
                    else ' [' || fct_evidence.source_id || ']'
                end
        when placed.evidence_status = 'expired' then 'no evidence in force: it has expired'
        when placed.evidence_status = 'weak' then 'no evidence that decides a tier'
        else 'no evidence'
    end as evidence
from placed
left join fct_evidence
    on placed.customer_id = fct_evidence.customer_id
        and fct_evidence.event_on <= placed.week_start + 6
        and fct_evidence.event_on > placed.week_start + 6 - 365
        and (
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
        )
