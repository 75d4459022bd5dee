/* The opportunities of a customer, renewals among them, newest first: by the day of closing, the open ones on top. */
with listed as (
    select
        coalesce(opportunities.kind, 'new') as kind,
        case
            when not opportunities.is_closed then 'open'
            when opportunities.is_won then 'won'
            else 'lost'
        end as state,
        opportunities.stage,
        opportunities.created_on as created,
        opportunities.closed_on as closes,
        opportunities.amount,
        coalesce(owners.owner_name, opportunities.owner_id) as owner,
        opportunities.lead_source as source,
        opportunities.opportunity_id as id
    from opportunities
    left join owners on opportunities.owner_id = owners.owner_id
    where opportunities.customer_id = $customer_id
    order by
        opportunities.is_closed asc,
        coalesce(opportunities.closed_on, opportunities.created_on) desc,
        opportunities.opportunity_id asc
)

select * from listed
