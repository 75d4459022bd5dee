/*
label      = "Win rate with and without a customer's help"
definition = "Of the new-business opportunities closed in the 91 days to the end of the period, the share that was won: of those that a referral, an introduction or a reference of a customer is linked to (aided), and of the others."
unit       = "percent"
good       = { aided = "up", unaided = "none" }
family     = "velocity"
owner      = "Sales operations"
source     = "House definition: deals to which a customer's act is linked, beside the others"
version    = 1
interval   = "wilson"
tables     = ["opportunities", "advocacy_events"]
settings   = []
formula    = "aided won / (aided won + aided lost), closed in 91 days; likewise the others"
caveat     = "Association, not effect: customers are asked to help where a deal goes well, and links that nobody entered count as unaided."

[example]
opportunity_periods = '''
period_start | won | lost | aided_won | aided_lost
2026-01-05   | 5   | 10   | 3         | 2
2026-01-12   | 2   | 2    | 0         | 0
'''
expect.aided = { 2026-01-05 = 0.6, 2026-01-12 = "none" }
expect.unaided = { 2026-01-05 = 0.2, 2026-01-12 = 0.5 }
*/
with parts as (
    select
        period_start,
        breakdown,
        'aided' as member,
        aided_won as numerator,
        aided_won + aided_lost as denominator
    from opportunity_periods
    union all
    select
        period_start,
        breakdown,
        'unaided' as member,
        won - aided_won as numerator,
        won - aided_won + lost - aided_lost as denominator
    from opportunity_periods
)

select * from parts
