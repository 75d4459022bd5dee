/*
label      = "Share of won value with and without a customer's help"
definition = "Of the amount of the new-business opportunities won in the 91 days to the end of the period, the share of those that a referral, an introduction or a reference of a customer is linked to (aided), and of the others; the amounts are the numerators."
unit       = "percent"
good       = { aided = "up", unaided = "none" }
family     = "velocity"
owner      = "Sales operations"
source     = "House definition: deals to which a customer's act is linked, beside the others"
version    = 1
interval   = "none"
tables     = ["opportunities", "advocacy_events"]
settings   = ["reporting_currency", "fiscal_year_first_month"]
formula    = "won amount of aided deals / won amount; won amount of the others / won amount"
caveat     = "Association, not effect: customers are asked to help where a deal goes well, and links that nobody entered count as unaided. A share of money, ruled by the largest deals, so it has no interval."

[example]
opportunity_periods = '''
period_start | won_amount | aided_won_amount
2026-01-05   | 90000      | 30000
2026-01-12   | 0          | 0
'''
expect.aided = { 2026-01-05 = 0.3333333333333333, 2026-01-12 = "none" }
expect.unaided = { 2026-01-05 = 0.6666666666666666, 2026-01-12 = "none" }
*/
with parts as (
    select
        period_start,
        breakdown,
        'aided' as member,
        aided_won_amount as numerator,
        won_amount as denominator
    from opportunity_periods
    union all
    select
        period_start,
        breakdown,
        'unaided' as member,
        won_amount - aided_won_amount as numerator,
        won_amount as denominator
    from opportunity_periods
)

select * from parts
