/* One row, or none where no account has the id: what is known of customer $customer_id at the end of the week
that starts on $week. */
with chosen as (
    select *
    from customers
    where customer_id = $customer_id
),

all_terms as (
    select *
    from subscriptions
    where customer_id = $customer_id
),

running as (
    select *
    from all_terms
    where
        not coalesce(is_trial, false)
        and mrr > 0
        and started_on <= $week + 6
        and coalesce(ended_on, date '9999-12-31') > $week + 6
),

terms as (
    select
        min(started_on) filter (where not coalesce(is_trial, false) and mrr > 0) as first_paid_on,
        max(ended_on) filter (
            where not coalesce(is_trial, false) and mrr > 0 and ended_on <= $week + 6
        ) as last_ended_on,
        min(started_on) filter (
            where not coalesce(is_trial, false) and mrr > 0 and started_on > $week + 6
        ) as returns_on,
        coalesce(bool_or(is_trial and started_on <= $week + 6), false) as has_had_trial
    from all_terms
),

dates as (
    select
        min(renews_on) filter (where renews_on > $week + 6) as renews_on,
        min(cancelled_on) filter (where cancelled_on <= $week + 6) as cancelled_on,
        max(ended_on) filter (where cancelled_on <= $week + 6) as leaves_on,
        max(renews_on) filter (where cancelled_on <= $week + 6) as cancelled_renews_on,
        count(*) filter (where cancelled_on <= $week + 6) as cancelled_terms,
        count(*) as running_terms
    from running
),

conversations as (
    select
        max(occurred_on) as spoken_on,
        max_by(kind, occurred_on) as spoken_kind
    from activities
    where customer_id = $customer_id and kind in ('call', 'meeting') and occurred_on <= $week + 6
),

tiers as (
    select *
    from fct_tier_spells
    where
        customer_id = $customer_id
        and valid_from <= $week
        and coalesce(valid_to, date '9999-12-31') > $week
),

mrr as (
    select mrr
    from fct_mrr_spells
    where
        customer_id = $customer_id
        and valid_from <= $week + 6
        and coalesce(valid_to, date '9999-12-31') > $week + 6
),

activity as (
    select valid_from as active_since
    from fct_activity_spells
    where
        customer_id = $customer_id
        and valid_from <= $week + 6
        and coalesce(valid_to, date '9999-12-31') > $week + 6
),

account as (
    select
        chosen.customer_id,
        coalesce(chosen.customer_name, chosen.customer_id) as customer_name,
        chosen.segment,
        chosen.persona,
        chosen.industry,
        chosen.region,
        chosen.size_band,
        chosen.language,
        chosen.created_on,
        coalesce(chosen.is_staff_or_partner, false) as is_staff_or_partner,
        coalesce(owners.owner_name, chosen.owner_id) as owner_name,
        tiers.tier,
        tiers.rule,
        tiers.raw_tier,
        tiers.evidence_status,
        mrr.mrr,
        activity.active_since,
        terms.*,
        dates.*,
        conversations.*
    from chosen
    cross join terms
    cross join dates
    cross join conversations
    left join tiers on true
    left join mrr on true
    left join activity on true
    left join owners on chosen.owner_id = owners.owner_id
)

select * from account
