/* The changes of a customer's MRR up to the as-of date, newest first. */
with movements as (
    select
        fct_mrr_movements.moved_on as day,
        fct_mrr_movements.kind,
        fct_mrr_movements.mrr_before,
        fct_mrr_movements.mrr_after,
        fct_mrr_movements.mrr_after - fct_mrr_movements.mrr_before as change,
        fct_mrr_movements.is_price
    from fct_mrr_movements
    cross join build_info
    where fct_mrr_movements.customer_id = $customer_id and fct_mrr_movements.moved_on <= build_info.as_of
    order by fct_mrr_movements.moved_on desc
)

select * from movements
