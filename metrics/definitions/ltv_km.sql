/*
label      = "Lifetime value, survival curve"
definition = "Discounted margin that a new customer will bring within the horizon, if customers stay as long as those observed so far."
unit       = "currency"
good       = "up"
family     = "lifetime_value"
owner      = "Finance"
source     = "Kaplan and Meier 1958, over unbroken spells of activity; discounted sum over months"
version    = 1
interval   = "none"
tables     = ["subscriptions"]
settings   = ["gross_margin", "gross_margin_by_segment", "discount_rate_yearly", "ltv_horizon_months", "renewal_grace_days", "reporting_currency", "fiscal_year_first_month"]
formula    = "sum over t = 0 .. H - 1 of m S(t) / (1 + d) ^ t; m = sum of gross margin x MRR / customers, S at t months of 30.436875 days, d = (1 + yearly rate) ^ (1 / 12) - 1, H = the smaller of the horizon and the longest observed tenure in whole months"
caveat     = "Margin of a new customer, first month included, without acquisition cost, cut at the horizon: where the history is short, so is the value. All customers count alike, whenever they came."

[example]
scoped_periods = '''
period_start | period_end
2026-01-05   | 2026-01-12
2026-01-12   | 2026-01-19
'''
customer_periods = '''
period_start | closing_customers | closing_mrr | closing_segment_margin
2026-01-05   | 3                 | 300         | 0
2026-01-12   | 0                 | 0           | 0
'''
survival_spells = '''
started_on | ended_on   | spells
2025-11-01 | 2025-12-11 | 1
2025-10-01 |            | 2
2025-10-01 | 2026-01-12 | 1
'''
settings = '''
gross_margin | discount_rate_yearly | ltv_horizon_months
0.8          | 0                    | 60
'''
expect = { 2026-01-05 = 220, 2026-01-12 = "none" }
*/
with tenures as (
    select
        scoped_periods.period_start,
        survival_spells.breakdown,
        -- A spell that ends at or after the boundary is censored there.
        least(coalesce(survival_spells.ended_on, scoped_periods.period_end), scoped_periods.period_end)
        - survival_spells.started_on as tenure_days,
        coalesce(sum(survival_spells.spells) filter (
            where survival_spells.ended_on < scoped_periods.period_end
        ), 0) as ended,
        sum(survival_spells.spells) as spells
    from scoped_periods
    inner join survival_spells on scoped_periods.period_end > survival_spells.started_on
    group by all
),

risks as (
    select
        period_start,
        breakdown,
        tenure_days,
        ended,
        sum(spells) over (
            partition by period_start, breakdown order by tenure_days
            rows between current row and unbounded following
        ) as at_risk
    from tenures
),

-- Products and sums go over ordered lists: doubles multiplied or added in another order, as a window over other
-- periods does, differ in their last digits.
monthly_survivals as (
    select
        period_start,
        breakdown,
        ceil(tenure_days / 30.436875) as months,
        list_product(list(1 - ended / at_risk order by tenure_days)) as survival
    from risks
    group by all
),

-- Survival at the end of each month in which a tenure ends or is cut off.
monthly_steps as (
    select
        period_start,
        breakdown,
        months,
        list_product(list(survival) over (
            partition by period_start, breakdown order by months
        )) as survival
    from monthly_survivals
),

horizons as (
    select
        tenures.period_start,
        tenures.breakdown,
        least(any_value(settings.ltv_horizon_months), floor(max(tenures.tenure_days) / 30.436875)) as horizon_months
    from tenures
    cross join settings
    group by all
),

horizon_months as (
    select
        period_start,
        breakdown,
        unnest(range(cast(horizon_months as bigint))) as months
    from horizons
),

survivals as (
    select
        horizon_months.period_start,
        horizon_months.breakdown,
        horizon_months.months,
        coalesce(min(monthly_steps.survival) over (
            partition by horizon_months.period_start, horizon_months.breakdown order by horizon_months.months
        ), 1) as survival
    from horizon_months
    left join monthly_steps
        on
            horizon_months.period_start = monthly_steps.period_start
            and horizon_months.breakdown is not distinct from monthly_steps.breakdown
            and horizon_months.months = monthly_steps.months
),

-- Margin-weighted months: what one unit of monthly margin comes to over the horizon.
multiples as (
    select
        survivals.period_start,
        survivals.breakdown,
        list_sum(list(
            survivals.survival
            / pow(1 + cast(settings.discount_rate_yearly as double), survivals.months / 12)
            order by survivals.months
        )) as multiple
    from survivals
    cross join settings
    group by all
),

lifetime_values as (
    select
        customer_periods.period_start,
        customer_periods.breakdown,
        (
            cast(settings.gross_margin as double) * cast(customer_periods.closing_mrr as double)
            + cast(customer_periods.closing_segment_margin as double)
        ) / nullif(customer_periods.closing_customers, 0) * multiples.multiple as value,
        case
            when customer_periods.closing_customers = 0 then 'no_denominator'
            when multiples.multiple is null then 'short_history'
        end as reason
    from customer_periods
    cross join settings
    left join multiples
        on
            customer_periods.period_start = multiples.period_start
            and customer_periods.breakdown is not distinct from multiples.breakdown
)

select * from lifetime_values
