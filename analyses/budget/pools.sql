/* One row per programme and customer whom it is for, as of the Sunday of the week that starts on $week, from
what was known then (who may be asked: as of today, since the export has no date of it). stratum: those of a
programme who are reached in equal shares. margin: of a year at the MRR of that Sunday, in the reporting currency.
place: the order in which a programme reaches its customers, drawn by lot: by the hash of programme and id. */
with present as (
    select
        fct_tier_spells.customer_id,
        case
            when fct_tier_spells.tier = 'neutral' and fct_tier_spells.evidence_status in ('weak', 'expired', 'never')
                then 'silent'
            else fct_tier_spells.tier
        end as standing,
        cast(fct_mrr_spells.mrr as double) * 12 * cast(slices.gross_margin as double) as margin
    from fct_tier_spells
    inner join slices on fct_tier_spells.slice_id = slices.slice_id
    inner join fct_mrr_spells
        on fct_tier_spells.customer_id = fct_mrr_spells.customer_id
            and fct_mrr_spells.valid_from < $week + 7
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= $week + 7
    where
        fct_tier_spells.valid_from <= $week
        and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > $week
),

consenting as (
    select distinct contacts.customer_id
    from contacts
    where contacts.has_reference_consent and coalesce(contacts.is_active, true)
),

asked as (
    select
        reference_asks.customer_id,
        count(*) as asks,
        max(reference_asks.asked_on) as asked_on
    from reference_asks
    where reference_asks.asked_on >= $week + 7 - 365 and reference_asks.asked_on < $week + 7
    group by reference_asks.customer_id
),

renewals as (
    select
        fct_terms.customer_id,
        min(fct_terms.renews_on) as renews_on
    from fct_terms
    where
        fct_terms.started_on < $week + 7
        and coalesce(fct_terms.ended_on, date '9999-12-31') >= $week + 7
        and fct_terms.renews_on >= $week + 7
    group by fct_terms.customer_id
),

dropped as (
    select distinct fct_usage_drops.customer_id
    from fct_usage_drops
    cross join settings
    where
        fct_usage_drops.dropped_on >= $week + 7 - settings.silent_window_days
        and fct_usage_drops.dropped_on < $week + 7
),

qualified as (
    select
        'win_back' as programme,
        present.*
    from present
    where present.standing = 'actively_dissatisfied'
    union all
    select
        'references' as programme,
        present.*
    from present
    inner join consenting on present.customer_id = consenting.customer_id
    left join asked on present.customer_id = asked.customer_id
    where
        present.standing = 'loyal'
        and coalesce(asked.asks, 0) < 4
        and coalesce(asked.asked_on < $week + 7 - 90, true)
    union all
    select
        'rescue' as programme,
        present.*
    from present
    inner join renewals on present.customer_id = renewals.customer_id
    left join dropped on present.customer_id = dropped.customer_id
    where
        renewals.renews_on < $week + 7 + 182
        and (present.standing in ('actively_dissatisfied', 'dissatisfied') or dropped.customer_id is not null)
    union all
    select
        'conversations' as programme,
        present.*
    from present
    where present.standing in ('dissatisfied', 'silent')
),

strata as (
    select
        qualified.*,
        case when qualified.programme = 'conversations' then qualified.standing else '' end as stratum
    from qualified
),

drawn as (
    select
        strata.*,
        row_number() over lot / count(*) over (partition by strata.programme, strata.stratum) as share
    from strata
    window lot as (
        partition by strata.programme, strata.stratum
        order by md5(concat(strata.programme, strata.customer_id)), strata.customer_id
    )
),

pools as (
    select
        drawn.programme,
        drawn.customer_id,
        drawn.standing,
        drawn.margin,
        row_number() over (partition by drawn.programme order by drawn.share, drawn.stratum) as place
    from drawn
)

select * from pools
