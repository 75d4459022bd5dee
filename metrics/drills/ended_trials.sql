/*
label      = "Ended trials"
definition = "Trials that ended in the period, and whether the customer had begun to pay by then."
entity     = "customer"
measures   = { converted = "count" }
chosen     = []
tables     = ["subscriptions"]
explains   = [
    { metric = "trial_conv", part = "numerator", total = "converted" },
    { metric = "trial_conv", part = "denominator", total = "rows" },
]
*/
select
    fct_trials.customer_id,
    case when fct_trials.is_converted then 1 else 0 end as converted,
    fct_trials.started_on,
    fct_trials.ended_on
from fct_trials
inner join scoped_slices on fct_trials.slice_id = scoped_slices.slice_id
where
    fct_trials.ended_on >= cast(getvariable('period_start') as date)
    and fct_trials.ended_on < cast(getvariable('period_end') as date)
