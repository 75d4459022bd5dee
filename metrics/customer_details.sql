/* What is known of each drilled customer at the end of the span: `drilled` is the drill's own rows, the dates are
variables of the cursor. A customer of more than one row has as many. */
with customers_drilled as materialized (
    select distinct drilled.customer_id
    from drilled
),

present as (
    select
        customers_drilled.customer_id,
        fct_activity_spells.customer_id is not null as is_customer
    from customers_drilled
    left join fct_activity_spells
        on customers_drilled.customer_id = fct_activity_spells.customer_id
            and fct_activity_spells.valid_from < cast(getvariable('period_end') as date)
            and coalesce(fct_activity_spells.valid_to, date '9999-12-31') >= cast(getvariable('period_end') as date)
),

terms as (
    select
        fct_terms.*,
        max(fct_terms.ended_on) filter (where fct_terms.ended_on < cast(getvariable('period_end') as date))
            over (partition by fct_terms.customer_id) as last_ended_on
    from fct_terms
    semi join customers_drilled on fct_terms.customer_id = customers_drilled.customer_id
),

-- The reasons of the terms that ended in the span, or last before it.
agreements as (
    select
        terms.customer_id,
        min(terms.renews_on) filter (
            where
            terms.started_on < cast(getvariable('period_end') as date)
            and coalesce(terms.ended_on, date '9999-12-31') >= cast(getvariable('period_end') as date)
            and terms.renews_on >= cast(getvariable('period_end') as date)
        ) as renews_on,
        string_agg(distinct terms.end_reason, ', ' order by terms.end_reason) filter (
            where
            terms.ended_on < cast(getvariable('period_end') as date)
            and terms.ended_on >= least(cast(getvariable('period_start') as date), terms.last_ended_on)
        ) as reasons
    from terms
    group by terms.customer_id
),

placed as (
    select
        tier_evidence.customer_id,
        tier_evidence.tier,
        tier_evidence.rule,
        string_agg(
            tier_evidence.evidence,
            '; ' order by
                tier_evidence.event_on desc, tier_evidence.table_order asc, tier_evidence.source_id asc
        ) as evidence
    from tier_evidence
    semi join customers_drilled on tier_evidence.customer_id = customers_drilled.customer_id
    where tier_evidence.week_start = cast(getvariable('closing_week') as date)
    group by tier_evidence.customer_id, tier_evidence.tier, tier_evidence.rule
),

earlier as (
    select fct_tier_spells.customer_id, fct_tier_spells.tier
    from fct_tier_spells
    where
        fct_tier_spells.valid_from <= cast(getvariable('opening_week') as date)
        and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > cast(getvariable('opening_week') as date)
)

select
    drilled.customer_id,
    fct_customers.customer_name,
    placed.tier,
    earlier.tier as previous_tier,
    placed.rule,
    -- A month may end after its last Sunday: who came or left in between is in one and not in the other.
    concat_ws(
        '; ',
        placed.evidence,
        case
            when not present.is_customer
                then
                    'no customer at the end; reasons given: '
                    || coalesce(replace(agreements.reasons, '_', ' '), 'none')
            when placed.customer_id is null then 'no tier yet: not a customer on the last Sunday'
        end
    ) as evidence,
    drilled.* exclude (customer_id), -- noqa: RF02
    fct_customers.owner_name,
    agreements.renews_on
from drilled
inner join fct_customers on drilled.customer_id = fct_customers.customer_id
inner join present on drilled.customer_id = present.customer_id
left join placed on drilled.customer_id = placed.customer_id
left join earlier on drilled.customer_id = earlier.customer_id
left join agreements on drilled.customer_id = agreements.customer_id
