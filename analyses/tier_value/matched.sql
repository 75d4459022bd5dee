/* One row per measure: customers whose tier rose against customers of the same stratum whose tier did not, over
follow_weeks (26 or 52), with is_act only those who rose after an act: variables of the cursor. Reads the temporary table
compared (rises.sql). before, after: margin of so many weeks; gain: after less before, so the difference of its means
is the difference in differences; trend: the 13 weeks before the index less the 13 before them; step_1 to step_4: each
13 weeks after less the 13 before; kept: 1 for who is still a customer.
A stratum needs one who rose and two who did not. Strata weigh as many as rose in them: the effect on those who rose.
variance, of the difference: each customer's part in it, summed over all its rows, squared and summed (clusters of
customers: one who did not rise may be compared in several quarters). effective: Kish's number of those compared. */
with asked as (select getvariable('follow_weeks') as follow_weeks, getvariable('is_act') as is_act),

followed as (
    select
        compared.*,
        asked.follow_weeks,
        case when asked.follow_weeks = 52 then compared.after_3 end as shown_3,
        case when asked.follow_weeks = 52 then compared.after_4 end as shown_4
    from compared
    cross join asked
    where
        (compared.has_acted or not compared.has_risen or not asked.is_act)
        and (asked.follow_weeks = 26 or compared.after_4 is not null)
),

known as (
    select
        followed.*,
        (followed.early + followed.late) * followed.follow_weeks / 26 as before,
        followed.after_1 + followed.after_2 + coalesce(followed.shown_3 + followed.shown_4, 0) as after,
        case when followed.follow_weeks = 52 then followed.is_kept_52 else followed.is_kept_26 end as is_kept
    from followed
),

measured as (
    select
        known.customer_id,
        known.stratum,
        known.has_risen,
        unnest([
            { 'measure': 'before', 'value': known.before },
            { 'measure': 'after', 'value': known.after },
            { 'measure': 'gain', 'value': known.after - known.before },
            { 'measure': 'trend', 'value': known.late - known.early },
            { 'measure': 'step_1', 'value': known.after_1 - known.late },
            { 'measure': 'step_2', 'value': known.after_2 - known.late },
            { 'measure': 'step_3', 'value': known.shown_3 - known.late },
            { 'measure': 'step_4', 'value': known.shown_4 - known.late },
            { 'measure': 'kept', 'value': cast(known.is_kept as double) }
        ]) as pair
    from known
),

outcomes as (
    select
        measured.customer_id,
        measured.stratum,
        measured.has_risen,
        measured.pair['measure'] as measure,
        measured.pair['value'] as value
    from measured
),

strata as (
    select
        outcomes.measure,
        outcomes.stratum,
        count(*) filter (outcomes.has_risen) as risen,
        count(*) filter (not outcomes.has_risen) as others,
        avg(outcomes.value) filter (outcomes.has_risen) as mean_risen,
        avg(outcomes.value) filter (not outcomes.has_risen) as mean_others
    from outcomes
    group by outcomes.measure, outcomes.stratum
    having count(*) filter (outcomes.has_risen) > 0 and count(*) filter (not outcomes.has_risen) > 1
),

effects as (
    select
        strata.measure,
        count(*) as strata,
        sum(strata.risen) as matched,
        sum(strata.others) as others,
        sum(strata.risen * strata.mean_risen) / sum(strata.risen) as mean_matched,
        sum(strata.risen * strata.mean_others) / sum(strata.risen) as mean_others
    from strata
    group by strata.measure
),

customer_parts as (
    select
        outcomes.measure,
        outcomes.customer_id,
        sum(
            case
                when outcomes.has_risen
                    then
                        (outcomes.value - strata.mean_others - effects.mean_matched + effects.mean_others)
                        * sqrt(effects.matched / greatest(1, effects.matched - 1))
                else (strata.mean_others - outcomes.value) * strata.risen / sqrt(strata.others * (strata.others - 1))
            end / effects.matched
        ) as part,
        sum(strata.risen / strata.others) filter (not outcomes.has_risen) as weight
    from outcomes
    inner join strata on outcomes.measure = strata.measure and outcomes.stratum = strata.stratum
    inner join effects on outcomes.measure = effects.measure
    group by outcomes.measure, outcomes.customer_id
),

spreads as (
    select
        customer_parts.measure,
        count(customer_parts.weight) as other_customers,
        sum(customer_parts.part * customer_parts.part) as variance,
        pow(sum(customer_parts.weight), 2) / sum(pow(customer_parts.weight, 2)) as effective
    from customer_parts
    group by customer_parts.measure
),

own as (
    select
        outcomes.measure,
        count(*) as risen,
        avg(outcomes.value) as mean_risen,
        var_samp(outcomes.value) / count(*) as variance_risen
    from outcomes
    where outcomes.has_risen
    group by outcomes.measure
)

select
    own.measure,
    own.risen,
    own.mean_risen,
    own.variance_risen,
    coalesce(effects.matched, 0) as matched,
    coalesce(effects.others, 0) as others,
    coalesce(spreads.other_customers, 0) as other_customers,
    coalesce(effects.strata, 0) as strata,
    effects.mean_matched,
    effects.mean_others,
    spreads.variance,
    spreads.effective
from own
left join effects on own.measure = effects.measure
left join spreads on own.measure = spreads.measure
