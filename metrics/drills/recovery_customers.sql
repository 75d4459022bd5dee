/*
label      = "Became actively dissatisfied"
definition = "Customers who became actively dissatisfied in the quarter (its first day), once a quarter each, with their MRR at the end of the week shown. later_state is where they stood 13 weeks after their entry, or the weeks that are chosen; a state keeps those who stood there."
entity     = "customer"
measures   = { mrr = "currency" }
chosen     = ["quarter", "weeks", "state"]
tables     = ["subscriptions"]
explains   = []
*/
with chosen as (
    select
        recovery_customers.customer_id,
        recovery_customers.entered_week,
        recovery_customers.later_state
    from recovery_customers
    where
        recovery_customers.quarter
        = coalesce(try_cast(getvariable('quarter') as date), recovery_customers.quarter)
        and recovery_customers.weeks = coalesce(try_cast(getvariable('weeks') as integer), 13)
        and recovery_customers.later_state is not distinct from
        coalesce(getvariable('state'), recovery_customers.later_state)
)

select
    chosen.customer_id,
    chosen.entered_week,
    chosen.later_state,
    coalesce(fct_mrr_spells.mrr, 0) as mrr
from chosen
left join fct_mrr_spells
    on chosen.customer_id = fct_mrr_spells.customer_id
        and fct_mrr_spells.valid_from <= cast(getvariable('closing_week') as date) + 6
        and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') > cast(getvariable('closing_week') as date) + 6
