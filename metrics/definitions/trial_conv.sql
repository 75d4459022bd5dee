/*
label      = "Trial conversion"
definition = "Of the trials that ended in the period, the share whose customer had begun to pay by then."
unit       = "percent"
good       = "up"
family     = "customers"
owner      = "Sales"
source     = "Stripe Billing, trial conversion rate"
version    = 1
interval   = "wilson"
tables     = ["subscriptions"]
settings   = []
formula    = "trials that ended in the period and were converted / trials that ended in the period"
caveat     = "Converted: a paid term of the customer began between the first day of the trial and the day of its end, both included. Who begins to pay later counts as a new customer and as no conversion, so a closed period stays as it is. Trials without an end are in neither number."

[example]
customer_periods = '''
period_start | ended_trials | converted_trials
2026-01-05   | 12           | 3
2026-01-12   | 5            | 0
2026-01-19   | 0            | 0
'''
expect = { 2026-01-05 = 0.25, 2026-01-12 = 0, 2026-01-19 = "none" }
*/
select
    period_start,
    breakdown,
    converted_trials as numerator,
    ended_trials as denominator
from customer_periods
