/* One row per deal; the status says in any case of letters whether it is open, won or lost, and of a deal that was won
or lost the day on which it was. Pipedrive has no kinds of deals: all count as new business. */
with organizations as (
    select name, min(coalesce(organization_id, name)) as customer_id
    from raw_organization
    group by name
    having count(*) = 1
),

deals as (
    select *, lower(trim(status)) as status_word
    from raw_deal
),

opportunities as (
    select
        deals.deal_id as opportunity_id,
        coalesce(deals.organization_id, organizations.customer_id, deals.organization) as customer_id,
        deals.created_on,
        deals.stage,
        case
            when deals.status_word in ('won', 'lost') then 'true'
            when deals.status_word in ('open', 'deleted') then 'false'
            else deals.status
        end as is_closed,
        case when deals.status_word = 'won' then 'true' else 'false' end as is_won,
        case deals.status_word
            when 'won' then coalesce(deals.won_on, deals.closed_on)
            when 'lost' then coalesce(deals.lost_on, deals.closed_on)
        end as closed_on,
        deals.amount,
        deals.currency,
        cast(null as varchar) as kind,
        deals.owner as owner_id,
        deals.source as lead_source,
        deals.contract_starts_on as term_starts_on,
        deals.contract_ends_on as term_ends_on,
        deals.contract_months as term_months,
        case when deals.status_word = 'deleted' then 'true' end as is_deleted,
        cast(null as varchar) as set_aside,
        deals.source_file,
        deals.source_line,
        greatest(deals.created_on, deals.updated_on) as modified_at
    from deals
    left join organizations on deals.organization = organizations.name
)

select * from opportunities
