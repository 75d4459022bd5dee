/*
label      = "Sales cycle of won deals with and without a customer's help"
definition = "Mean days from the creation of a new-business opportunity to its close, over those won in the 91 days to the end of the period: those that a referral, an introduction or a reference of a customer is linked to (aided), and the others."
unit       = "days"
good       = { aided = "down", unaided = "none" }
family     = "velocity"
owner      = "Sales operations"
source     = "House definition: deals to which a customer's act is linked, beside the others"
version    = 1
interval   = "none"
tables     = ["opportunities", "advocacy_events"]
settings   = []
formula    = "sum of max(1, days from created to closed) / won deals, of aided deals and of the others"
caveat     = "Association, not effect: customers are asked to help where a deal goes well, and links that nobody entered count as unaided. A long deal has more time for an act to be linked to it."

[example]
opportunity_periods = '''
period_start | won | won_cycle_days | won_with_cycle | aided_won | aided_won_cycle_days | aided_won_with_cycle
2026-01-05   | 3   | 180            | 3              | 2         | 100                  | 2
2026-01-12   | 2   | 90             | 2              | 0         | 0                    | 0
'''
expect.aided = { 2026-01-05 = 50, 2026-01-12 = "none" }
expect.unaided = { 2026-01-05 = 80, 2026-01-12 = 45 }
*/
with parts as (
    select
        period_start,
        breakdown,
        'aided' as member,
        aided_won as won,
        aided_won_cycle_days as numerator,
        aided_won_with_cycle as denominator
    from opportunity_periods
    union all
    select
        period_start,
        breakdown,
        'unaided' as member,
        won - aided_won as won,
        won_cycle_days - aided_won_cycle_days as numerator,
        won_with_cycle - aided_won_with_cycle as denominator
    from opportunity_periods
)

select
    period_start,
    breakdown,
    member,
    numerator,
    denominator,
    case when won = 0 then 'no_wins' end as reason
from parts
