/* One row per customer of the scope with a tier at the Sunday of week opening_week or of week closing_week, both
Mondays and variables of the cursor: the tier then and now, however many weeks lie between. from_state is a tier,
new or reactivated; to_state a tier or churned; direction 1 is up, -1 down, 0 a stay, null an entry or exit.
is_expired: moved without evidence or a closed case in the expiry window (or in the whole time, if longer). */
with opening as (
    select
        fct_tier_spells.customer_id,
        fct_tier_spells.slice_id,
        fct_tier_spells.tier,
        fct_tier_spells.tier_rank
    from fct_tier_spells
    where
        fct_tier_spells.valid_from <= cast(getvariable('opening_week') as date)
        and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > cast(getvariable('opening_week') as date)
),

closing as (
    select
        fct_tier_spells.customer_id,
        fct_tier_spells.slice_id,
        fct_tier_spells.tier,
        fct_tier_spells.tier_rank
    from fct_tier_spells
    where
        fct_tier_spells.valid_from <= cast(getvariable('closing_week') as date)
        and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > cast(getvariable('closing_week') as date)
),

paired as (
    select
        coalesce(closing.customer_id, opening.customer_id) as customer_id,
        coalesce(closing.slice_id, opening.slice_id) as slice_id,
        opening.tier as opening_tier,
        closing.tier as closing_tier,
        sign(closing.tier_rank - opening.tier_rank) as direction
    from closing
    full join opening on closing.customer_id = opening.customer_id
),

evidence_days as (
    select fct_evidence.customer_id, fct_evidence.event_on as day
    from fct_evidence
    union
    select fct_evidence.customer_id, fct_evidence.closed_on as day
    from fct_evidence
    where fct_evidence.closed_on is not null
),

on_evidence as (
    select distinct evidence_days.customer_id
    from evidence_days
    cross join settings
    where
        evidence_days.day <= cast(getvariable('closing_week') as date) + 6
        and date_diff('day', evidence_days.day, cast(getvariable('closing_week') as date) + 6) < greatest(
            settings.expiry_window_days,
            date_diff('day', cast(getvariable('opening_week') as date), cast(getvariable('closing_week') as date))
        )
),

opening_mrr as (
    select fct_mrr_spells.customer_id, fct_mrr_spells.mrr
    from fct_mrr_spells
    where
        fct_mrr_spells.valid_from <= cast(getvariable('opening_week') as date) + 6
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') > cast(getvariable('opening_week') as date) + 6
),

closing_mrr as (
    select fct_mrr_spells.customer_id, fct_mrr_spells.mrr
    from fct_mrr_spells
    where
        fct_mrr_spells.valid_from <= cast(getvariable('closing_week') as date) + 6
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') > cast(getvariable('closing_week') as date) + 6
)

select
    paired.customer_id,
    paired.slice_id,
    scoped_slices.breakdown,
    paired.opening_tier,
    paired.closing_tier,
    case
        when paired.opening_tier is not null then paired.opening_tier
        when fct_customers.first_paid_on >= cast(getvariable('opening_week') as date) + 7 then 'new'
        else 'reactivated'
    end as from_state,
    coalesce(paired.closing_tier, 'churned') as to_state,
    paired.direction,
    coalesce(paired.direction <> 0, false) and on_evidence.customer_id is null as is_expired,
    case when paired.opening_tier is not null then opening_mrr.mrr else 0 end as opening_mrr,
    case when paired.closing_tier is not null then closing_mrr.mrr else 0 end as closing_mrr
from paired
inner join scoped_slices on paired.slice_id = scoped_slices.slice_id
inner join fct_customers on paired.customer_id = fct_customers.customer_id
left join on_evidence on paired.customer_id = on_evidence.customer_id
left join opening_mrr on paired.customer_id = opening_mrr.customer_id
left join closing_mrr on paired.customer_id = closing_mrr.customer_id
