/* One row per row of the report of accounts; where there is no such report, one per account that another report names.
An id counts to its 15th character, which is all of it that a report may give; without one the name is the key. */
with named as (
    select account_id, account_name, source_file, source_line
    from raw_opportunity_report
    union all
    select account_id, account_name, source_file, source_line
    from raw_case_report
),

keyed as (
    select
        coalesce(left(trim(account_id), 15), trim(account_name)) as customer_id,
        trim(account_name) as customer_name,
        source_file,
        source_line
    from named
),

-- of the rows that name one account the first stands for it
ranked as (
    select
        *,
        row_number() over (partition by customer_id order by source_file, source_line) as place
    from keyed
    where customer_id <> '' and not exists (select 1 from raw_account_report)
),

owned as (
    select
        coalesce(left(trim(account_id), 15), trim(account_name)) as customer_id,
        account_name as customer_name,
        created_date as created_on,
        industry,
        billing_country as region,
        account_owner as owner_id,
        coalesce(left(trim(parent_account_id), 15), parent_account) as parent_id,
        source_file,
        source_line,
        greatest(created_date, last_modified_date) as modified_at
    from raw_account_report
    union all
    select
        customer_id,
        customer_name,
        null as created_on,
        null as industry,
        null as region,
        null as owner_id,
        null as parent_id,
        source_file,
        source_line,
        null as modified_at
    from ranked
    where place = 1
)

select * from owned
