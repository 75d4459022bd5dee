/*
label      = "Acquisition costs"
definition = "Costs with the purpose acquisition of the months that are set against the period's new customers: its own, taken earlier by the median cycle."
entity     = "cost"
measures   = { amount = "currency" }
chosen     = []
tables     = ["subscriptions", "costs"]
explains   = [
    { metric = "eco_cac", part = "numerator", total = "amount" },
]
*/
select
    costs.month,
    costs.purpose,
    costs.channel,
    costs.amount,
    costs.source_file,
    costs.source_line
from costs
inner join cost_periods
    on
        costs.month >= cost_periods.first_month
        and cast(date_trunc('month', costs.month) as date) <= cost_periods.last_month
where
    cost_periods.period_start = cast(getvariable('period_start') as date)
    and costs.purpose = 'acquisition'
