/* The unbroken times as a customer, by value of the breakdown (variable of the cursor), as survival and renewals need
them: how many stays began to be watched and left (ended, or cut off at $until) at the same days of tenure, and which
renewals they faced. $period is a renewal period in days, $known_only leaves out those of the first paid day, whose age
is not known. An end belongs to the last renewal that is no more than half a month before it, and a renewal is counted
only where all of its half months lie before $until: so who is lost at it and who is not are told by the same window.
A stay that is watched from a later day on faces the renewals after that day only. */
with tenures as (
    select
        survival_spells.breakdown,
        survival_spells.watched_from - survival_spells.started_on as entered_days,
        least(coalesce(survival_spells.ended_on, $until), $until) - survival_spells.started_on as left_days,
        -- a stay that ends on the boundary or later is cut off there
        coalesce(survival_spells.ended_on < $until, false) as has_ended,
        $until - survival_spells.started_on as whole_days,
        survival_spells.spells
    from survival_spells
    where
        survival_spells.started_on < $until
        and (
            not $known_only
            or survival_spells.started_on is distinct from (select data_bounds.first_paid_on from data_bounds)
        )
),

renewals as (
    select
        tenures.breakdown,
        tenures.entered_days,
        tenures.left_days,
        tenures.has_ended,
        greatest(0, ceil((tenures.entered_days - 15.2184375) / $period)) as passed,
        greatest(1, ceil((tenures.left_days - 15.2184375) / $period)) as left_at,
        greatest(0, floor((tenures.whole_days - 15.2184375) / $period)) as counted,
        tenures.spells
    from tenures
    where tenures.left_days > tenures.entered_days
),

stays as (
    select
        renewals.breakdown,
        renewals.entered_days,
        renewals.left_days,
        renewals.has_ended,
        cast(renewals.passed as bigint) as passed,
        cast(
            case when renewals.has_ended then least(renewals.left_at, renewals.counted) else renewals.counted end
            as bigint
        ) as faced,
        renewals.has_ended and renewals.left_at <= renewals.counted as is_lost,
        cast(sum(renewals.spells) as bigint) as stays
    from renewals
    group by all
)

select * from stays
order by breakdown, left_days, has_ended, is_lost, entered_days, faced
