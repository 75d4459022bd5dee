/*
label      = "Sales velocity of closed deals"
definition = "What the new-business opportunities closed in the 91 days to the end of the period came to per day of the mean cycle of those won."
unit       = "currency_per_day"
good       = "up"
family     = "velocity"
owner      = "Sales operations"
source     = "Sales velocity V2 of a closed cohort, V = N x D x W / L with N the opportunities closed in the window"
version    = 1
interval   = "none"
tables     = ["opportunities"]
settings   = ["reporting_currency", "fiscal_year_first_month"]
formula    = "closed opportunities x average won deal x win rate / cycle of won deals = won amount / cycle, where every won deal has an amount"
caveat     = "Equals won value per day only where the cycle is 91 days; it says nothing of the deals that are open. A won deal without an amount counts at the average."

[example]
opportunity_periods = '''
period_start | won | lost | won_amount | won_with_amount | won_cycle_days | won_with_cycle
2026-01-05   | 3   | 2    | 90000      | 3               | 180            | 3
2026-01-12   | 3   | 2    | 90000      | 2               | 180            | 3
2026-01-19   | 0   | 2    | 0          | 0               | 0              | 0
2026-01-26   | 0   | 0    | 0          | 0               | 0              | 0
2026-02-02   | 1   | 0    | 0          | 0               | 30             | 1
'''
expect = { 2026-01-05 = 1500, 2026-01-12 = 2250, 2026-01-19 = 0, 2026-01-26 = "none", 2026-02-02 = "none" }
*/
with drivers as (
    select
        period_start,
        breakdown,
        won,
        lost,
        cast(won_amount as double) / nullif(won_with_amount, 0) as average_deal,
        won_cycle_days / nullif(won_with_cycle, 0) as cycle_days
    from opportunity_periods
)

select
    period_start,
    breakdown,
    -- N x W is the number won; without a win there is no deal size and no cycle, yet the yield is known: nothing.
    case when won = 0 and lost > 0 then 0 else won * average_deal / cycle_days end as value,
    case
        -- nothing closed, or no won deal with an amount and a cycle
        when won + lost = 0 or (won > 0 and (average_deal is null or cycle_days is null)) then 'no_denominator'
    end as reason
from drivers
