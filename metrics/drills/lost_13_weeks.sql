/*
label      = "Lost in 13 weeks"
definition = "Customers lost in each of the 13 weeks to the end of the period, with the MRR that they paid at the start of that week and how many customers there were then; who came back and was lost again has two rows."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "eco_payback", part = "input", total = "rows" },
    { metric = "churn_logo_13w", part = "numerator", total = "rows" },
    { metric = "churn_logo_13w_cum", part = "input", total = "rows" },
    { metric = "ltv_simple", part = "input", total = "rows" },
]
*/
select
    fct_customer_moves.customer_id,
    fct_mrr_spells.mrr,
    fct_customer_moves.period_start as lost_in_week,
    weekly_losses.opening_customers as customers_at_its_start
from fct_customer_moves
inner join weekly_losses on fct_customer_moves.period_start = weekly_losses.week_start
inner join scoped_slices on fct_customer_moves.slice_id = scoped_slices.slice_id
inner join fct_mrr_spells
    on fct_customer_moves.customer_id = fct_mrr_spells.customer_id
        and fct_customer_moves.period_start > fct_mrr_spells.valid_from
        and fct_customer_moves.period_start <= coalesce(fct_mrr_spells.valid_to, date '9999-12-31')
where
    fct_customer_moves.grain = 'week'
    and fct_customer_moves.kind = 'lost'
    and fct_customer_moves.period_start >= cast(getvariable('closing_week') as date) - 84
    and fct_customer_moves.period_start <= cast(getvariable('closing_week') as date)
