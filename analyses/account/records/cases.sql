/* The cases of a customer, newest first; rating is the customer's own, 1 to 5. */
with listed as (
    select
        cast(cases.opened_at as date) as opened,
        cast(cases.closed_at as date) as closed,
        cases.kind,
        coalesce(cases.is_escalated, false) as escalated,
        cases.priority,
        cases.csat as rating,
        cases.origin,
        contacts.contact_name as contact,
        cases.case_id as id
    from cases
    left join contacts on cases.contact_id = contacts.contact_id
    where cases.customer_id = $customer_id
    order by cases.opened_at desc, cases.case_id asc
)

select * from listed
