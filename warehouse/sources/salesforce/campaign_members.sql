/* One row per campaign member; a contact's customer is that of its account. */
with contact_accounts as (
    select "Id" as contact_id, min(nullif("AccountId", '000000000000000AAA')) as customer_id
    from raw_contact
    group by "Id"
),

campaign_members as (
    select
        nullif(raw_campaign_member."CampaignId", '000000000000000AAA') as campaign_id,
        raw_campaign_member."CreatedDate" as touched_on,
        contact_accounts.customer_id,
        nullif(raw_campaign_member."LeadId", '000000000000000AAA') as lead_id,
        raw_campaign_member."HasResponded" as has_responded,
        raw_campaign_member."IsDeleted" as is_deleted,
        cast(null as varchar) as set_aside,
        raw_campaign_member.source_file,
        raw_campaign_member.source_line,
        greatest(
            raw_campaign_member."CreatedDate",
            raw_campaign_member."LastModifiedDate",
            raw_campaign_member."SystemModstamp"
        ) as modified_at
    from raw_campaign_member
    left join contact_accounts on raw_campaign_member."ContactId" = contact_accounts.contact_id
)

select * from campaign_members
