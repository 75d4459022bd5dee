/* One row per period of the grain in force and breakdown: what a margin of 1 a month comes to over the life of a new
customer, if customers stay as long as those observed so far (Kaplan and Meier 1958, over unbroken spells of activity, all
history before the end of the period), discounted by the month, cut at the horizon. */
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
)

select * from multiples
