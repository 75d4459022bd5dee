/*
label      = "Spend by purpose"
definition = "What was spent in the period on winning customers, on keeping them, on advocacy and on service."
unit       = "currency"
good       = { acquisition = "none", retention = "none", advocacy = "none", service = "none" }
family     = "lifetime_value"
owner      = "Finance"
source     = "House definition: the costs of the export by their purpose"
version    = 1
interval   = "none"
tables     = ["costs"]
settings   = ["reporting_currency", "fiscal_year_first_month"]
formula    = "sum of the costs with this purpose in the months of the period"
caveat     = "Of the months themselves, so what eco_cac divides, which is taken earlier by the sales cycle, is another sum. Costs belong to the whole company and to months: by week or for a part there is none. A month without a cost of the purpose is unknown, not free; a cost of 0 says that it was free."

[example]
spend_periods = '''
period_start | purpose     | spend | reason
2026-01-05   | acquisition | 90000 |
2026-01-05   | retention   | 45000 |
2026-01-05   | advocacy    | 0     |
2026-01-05   | service     |       | missing_table
2026-01-12   | acquisition |       | short_history
2026-01-12   | retention   | 45000 |
2026-01-12   | advocacy    | 6000  |
2026-01-12   | service     | 30000 |
'''
expect.acquisition = { 2026-01-05 = 90000, 2026-01-12 = "none" }
expect.retention = { 2026-01-05 = 45000, 2026-01-12 = 45000 }
expect.advocacy = { 2026-01-05 = 0, 2026-01-12 = 6000 }
expect.service = { 2026-01-05 = "none", 2026-01-12 = 30000 }
*/
select
    period_start,
    breakdown,
    purpose as member,
    spend as value,
    reason
from spend_periods
