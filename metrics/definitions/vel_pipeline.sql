/*
label      = "Sales velocity"
definition = "What the open pipeline of new business should yield per calendar day, at the deal size, win rate and cycle of the 91 days to the end of the period."
unit       = "currency_per_day"
good       = "up"
family     = "velocity"
owner      = "Sales operations"
source     = "Sales velocity, V = N x D x W / L: open opportunities, average won deal, win rate by count, cycle of won deals"
version    = 1
interval   = "none"
tables     = ["opportunities"]
settings   = ["qualified_stages", "reporting_currency", "fiscal_year_first_month"]
formula    = "open opportunities x average won deal x win rate / cycle of won deals"
caveat     = "Moves with any of four drivers, and fewer than five wins make it a guess: read won value per day beside it. The window is 91 days at every grain. An opportunity without a type counts as new business."

[example]
opportunity_periods = '''
period_start | open_opportunities | won | lost | won_amount | won_with_amount | won_cycle_days | won_with_cycle
2026-01-05   | 8                  | 3   | 2    | 90000      | 3               | 180            | 3
2026-01-12   | 40                 | 25  | 75   | 625000     | 25              | 2250           | 25
2026-01-19   | 50                 | 25  | 75   | 300000     | 25              | 2250           | 25
2026-01-26   | 8                  | 0   | 2    | 0          | 0               | 0              | 0
2026-02-02   | 8                  | 0   | 0    | 0          | 0               | 0              | 0
2026-02-09   | 8                  | 1   | 0    | 0          | 0               | 30             | 1
'''
expect = { 2026-01-05 = 2400, 2026-01-12 = 2777.777777777778, 2026-01-19 = 1666.6666666666667, 2026-01-26 = 0, 2026-02-02 = "none", 2026-02-09 = "none" }
*/
with drivers as (
    select
        period_start,
        breakdown,
        open_opportunities,
        won,
        lost,
        cast(won_amount as double) / nullif(won_with_amount, 0) as average_deal,
        won / nullif(won + lost, 0) as win_rate,
        won_cycle_days / nullif(won_with_cycle, 0) as cycle_days
    from opportunity_periods
),

velocities as (
    select
        period_start,
        breakdown,
        -- Without a win there is no deal size and no cycle, yet the yield is known: nothing.
        case
            when open_opportunities is not null and won = 0 and lost > 0 then 0
            else open_opportunities * average_deal * win_rate / cycle_days
        end as value,
        case
            when open_opportunities is null then 'missing_table'
            -- nothing closed, or no won deal with an amount and a cycle
            when won + lost = 0 or (won > 0 and (average_deal is null or cycle_days is null)) then 'no_denominator'
        end as reason
    from drivers
)

select * from velocities
