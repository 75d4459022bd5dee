/* One row per account that may be a customer or a prospect; staff and partners are in no metric.
slice_id is the account's place in the dimensions of today, for all its history. */
with first_paid as (
    select
        subscriptions.customer_id,
        min(subscriptions.started_on) as first_paid_on
    from subscriptions
    where not coalesce(subscriptions.is_trial, false) and subscriptions.mrr > 0
    group by subscriptions.customer_id
),

fct_customers as (
    select
        customers.customer_id,
        coalesce(customers.customer_name, customers.customer_id) as customer_name,
        slices.slice_id,
        coalesce(customers.segment, 'unknown') as segment,
        coalesce(customers.persona, 'unknown') as persona,
        coalesce(customers.industry, 'unknown') as industry,
        coalesce(customers.region, 'unknown') as region,
        coalesce(customers.size_band, 'unknown') as size_band,
        coalesce(customers.language, 'unknown') as language,
        customers.owner_id,
        owners.owner_name,
        first_paid.first_paid_on
    from customer_dimensions
    inner join customers on customer_dimensions.customer_id = customers.customer_id
    inner join slices
        on customer_dimensions.segment is not distinct from slices.segment
            and customer_dimensions.persona is not distinct from slices.persona
            and customer_dimensions.industry is not distinct from slices.industry
            and customer_dimensions.region is not distinct from slices.region
            and customer_dimensions.size_band is not distinct from slices.size_band
            and customer_dimensions.language is not distinct from slices.language
    left join first_paid on customers.customer_id = first_paid.customer_id
    left join owners on customers.owner_id = owners.owner_id
)

select * from fct_customers
