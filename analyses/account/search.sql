/* At most $limit accounts whose name or id holds $words (empty: any), the largest MRR at the end of the week that
starts on $week first. Staff and partners are found too: their page says that they are in no metric. */
with sized as (
    select
        customers.customer_id,
        coalesce(customers.customer_name, customers.customer_id) as customer_name,
        coalesce(fct_mrr_spells.mrr, 0) as mrr
    from customers
    left join fct_mrr_spells
        on
            customers.customer_id = fct_mrr_spells.customer_id
            and fct_mrr_spells.valid_from <= $week + 6
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') > $week + 6
    where contains(lower(concat_ws(' ', customers.customer_name, customers.customer_id)), lower($words))
),

largest as (
    select *
    from sized
    order by mrr desc, customer_name, customer_id
    limit $limit
)

select * from largest
