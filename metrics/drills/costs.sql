/*
label      = "Costs"
definition = "Costs of the months of the period with this purpose and channel (or any), as the export has them, of the whole company."
entity     = "cost"
measures   = { amount = "currency" }
chosen     = ["purpose", "channel"]
tables     = ["costs"]
explains   = [
    { metric = "eco_spend", part = "value", total = "amount", member = "purpose" },
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
inner join scoped_companies on scoped_companies.is_whole
where
    getvariable('grain') <> 'week'
    and costs.month >= cast(getvariable('period_start') as date)
    and costs.month < cast(getvariable('period_end') as date)
    and costs.purpose = coalesce(getvariable('purpose'), costs.purpose)
    and coalesce(costs.channel, 'no channel') = coalesce(getvariable('channel'), costs.channel, 'no channel')
