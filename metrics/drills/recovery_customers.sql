/*
label      = "Customers of a cohort of recovery"
definition = "Customers who became actively dissatisfied in one quarter, with their MRR at the end of the week shown: a state narrows them to those who stood there so many weeks after their entry."
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
        recovery_customers.quarter = cast(getvariable('quarter') as date)
        and recovery_customers.weeks = cast(getvariable('weeks') as integer)
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
