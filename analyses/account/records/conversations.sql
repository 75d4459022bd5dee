/* The conversations and touches of a customer, newest first. */
with listed as (
    select
        activities.occurred_on as day,
        activities.kind,
        activities.direction,
        activities.theme,
        activities.note,
        activities.competitor,
        activities.channel,
        coalesce(owners.owner_name, activities.owner_id) as owner,
        contacts.contact_name as contact,
        activities.follow_up_due_on as follow_up_due,
        activities.follow_up_done_on as follow_up_done,
        activities.activity_id as id
    from activities
    left join owners on activities.owner_id = owners.owner_id
    left join contacts on activities.contact_id = contacts.contact_id
    where activities.customer_id = $customer_id
    order by activities.occurred_on desc, activities.activity_id asc
)

select * from listed
