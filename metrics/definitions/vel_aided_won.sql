/*
label      = "Won with and without a customer's help"
definition = "Number of the new-business opportunities won in the 91 days to the end of the period: those that a referral, an introduction or a reference of a customer is linked to (aided), and the others."
unit       = "count"
good       = { aided = "up", unaided = "none" }
family     = "velocity"
owner      = "Sales operations"
source     = "House definition: deals to which a customer's act is linked, beside the others"
version    = 1
interval   = "none"
tables     = ["opportunities", "advocacy_events"]
settings   = []
formula    = "won deals with a linked act of a customer on or before the day of the close; won deals - these"
caveat     = "Association, not effect: customers are asked to help where a deal goes well, and links that nobody entered count as unaided."

[example]
opportunity_periods = '''
period_start | won | aided_won
2026-01-05   | 5   | 2
2026-01-12   | 0   | 0
2026-01-19   |     |
'''
expect.aided = { 2026-01-05 = 2, 2026-01-12 = 0, 2026-01-19 = "none" }
expect.unaided = { 2026-01-05 = 3, 2026-01-12 = 0, 2026-01-19 = "none" }
*/
with parts as (
    select
        period_start,
        breakdown,
        'aided' as member,
        aided_won as value
    from opportunity_periods
    union all
    select
        period_start,
        breakdown,
        'unaided' as member,
        won - aided_won as value
    from opportunity_periods
)

select * from parts
