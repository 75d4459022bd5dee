/* What is known of each drilled customer at the end of the span: `drilled` is the drill's own rows, the dates are
variables of the cursor. A customer of more than one row has as many. */
with renewals as (
    select
        fct_terms.customer_id,
        min(fct_terms.renews_on) as renews_on
    from fct_terms
    where
        fct_terms.customer_id in (select drilled.customer_id from drilled)
        and fct_terms.started_on < cast(getvariable('period_end') as date)
        and coalesce(fct_terms.ended_on, date '9999-12-31') >= cast(getvariable('period_end') as date)
        and fct_terms.renews_on >= cast(getvariable('period_end') as date)
    group by fct_terms.customer_id
),

reasons as (
    select
        fct_terms.customer_id,
        string_agg(distinct fct_terms.end_reason, ', ' order by fct_terms.end_reason) as reasons
    from fct_terms
    where
        fct_terms.customer_id in (select drilled.customer_id from drilled)
        and fct_terms.ended_on >= cast(getvariable('period_start') as date)
        and fct_terms.ended_on < cast(getvariable('period_end') as date)
    group by fct_terms.customer_id
),

placed as (
    select
        customer_tiers.customer_id,
        customer_tiers.tier,
        customer_tiers.rule,
        customer_tiers.evidence
    from customer_tiers
    where customer_tiers.week_start = cast(getvariable('closing_week') as date)
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
    case
        when placed.customer_id is not null then placed.evidence
        else 'no customer at the end; reasons given: ' || coalesce(reasons.reasons, 'none')
    end as evidence,
    drilled.* exclude (customer_id), -- noqa: RF02
    fct_customers.owner_name,
    renewals.renews_on
from drilled
inner join fct_customers on drilled.customer_id = fct_customers.customer_id
left join placed on drilled.customer_id = placed.customer_id
left join earlier on drilled.customer_id = earlier.customer_id
left join renewals on drilled.customer_id = renewals.customer_id
left join reasons on drilled.customer_id = reasons.customer_id
