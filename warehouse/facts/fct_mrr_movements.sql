/* One row per change of a customer's MRR, by kind (event method, metrics by ChartMogul's names).
amount is a positive magnitude. is_price: a term started that day because of a price change. */
with price_days as (
    select distinct
        fct_terms.customer_id,
        fct_terms.started_on
    from fct_terms
    where fct_terms.change_reason = 'price'
),

numbered as (
    select
        fct_mrr_steps.customer_id,
        fct_mrr_steps.slice_id,
        fct_mrr_steps.changed_on,
        fct_mrr_steps.mrr_before,
        fct_mrr_steps.mrr_after,
        row_number() over (
            partition by fct_mrr_steps.customer_id order by fct_mrr_steps.changed_on
        ) as step_number
    from fct_mrr_steps
),

fct_mrr_movements as (
    select
        numbered.customer_id,
        numbered.slice_id,
        numbered.changed_on as moved_on,
        case
            when numbered.step_number = 1 then 'new'
            when numbered.mrr_before = 0 then 'reactivation'
            when numbered.mrr_after = 0 then 'churned'
            when numbered.mrr_after > numbered.mrr_before then 'expansion'
            else 'contraction'
        end as kind,
        numbered.mrr_before,
        numbered.mrr_after,
        abs(numbered.mrr_after - numbered.mrr_before) as amount,
        price_days.customer_id is not null as is_price
    from numbered
    left join price_days
        on numbered.customer_id = price_days.customer_id
            and numbered.changed_on = price_days.started_on
)

select * from fct_mrr_movements
