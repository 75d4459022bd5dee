/* One row per opportunity that is not of staff or a partner; the only home of 'won' and 'lost'.
cycle_days: from created to closed, at least 1; null where the deal was closed before it was created.
is_aided: a customer's referral, introduction or reference (or accepted request for one) is linked to it, made no
later than the day on which it was closed.
An opportunity without a customer is a prospect's and stands in the slice that is unknown throughout. */
with acts as (
    select
        advocacy_events.opportunity_id,
        advocacy_events.customer_id,
        advocacy_events.occurred_on as acted_on
    from advocacy_events
    where advocacy_events.kind in ('referral', 'introduction', 'reference')
    union all
    select
        reference_asks.for_opportunity_id as opportunity_id,
        reference_asks.customer_id,
        reference_asks.asked_on as acted_on
    from reference_asks
    where reference_asks.outcome = 'accepted'
),

first_acts as (
    select
        acts.opportunity_id,
        min(acts.acted_on) as acted_on
    from acts
    -- what staff or a partner does is no customer's act
    inner join fct_customers on acts.customer_id = fct_customers.customer_id
    where acts.opportunity_id is not null
    group by acts.opportunity_id
),

fct_opportunities as (
    select
        opportunities.opportunity_id,
        opportunities.customer_id,
        coalesce(fct_customers.slice_id, slices.slice_id) as slice_id,
        opportunities.stage,
        opportunities.created_on,
        case when opportunities.is_closed then opportunities.closed_on end as closed_on,
        opportunities.is_closed,
        opportunities.is_closed and opportunities.is_won as is_won,
        opportunities.amount,
        coalesce(opportunities.kind, 'unknown') as kind,
        coalesce(opportunities.kind, 'unknown') in ('new', 'unknown') as is_new_business,
        opportunities.owner_id,
        case
            when opportunities.is_closed and opportunities.closed_on >= opportunities.created_on
                then greatest(1, date_diff('day', opportunities.created_on, opportunities.closed_on))
        end as cycle_days,
        case
            when opportunities.is_closed then coalesce(first_acts.acted_on <= opportunities.closed_on, false)
            else first_acts.acted_on is not null
        end as is_aided
    from opportunities
    left join slices on slices.is_unknown and opportunities.customer_id is null
    left join fct_customers on opportunities.customer_id = fct_customers.customer_id
    left join first_acts on opportunities.opportunity_id = first_acts.opportunity_id
    -- a customer that is in customers but not in fct_customers is staff or a partner
    where opportunities.customer_id is null or fct_customers.customer_id is not null
)

select * from fct_opportunities
