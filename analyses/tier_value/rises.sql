/* One row per customer and index week that can be compared: those whose tier rose on evidence to loyal or advocate
at that Sunday (has_risen), and, for every fiscal quarter, those whose tier did not, at one week of the quarter drawn
by the hash of their id. Nothing that decides who is in lies after the index week, so nobody is picked by what came
of it: who did not rise may rise, fall or leave later. Both kinds: inside the scope, unbroken customers for 26 weeks
before, no such rise in them, MRR not shrunk (the rule of the tiers), and within the window of a move's evidence (35
days) neither MRR moved nor a renewal: growth is part of the tiers' rules and would come out as their effect.
At least 26 weeks follow, all before until, a Monday and variable of the cursor. A customer rises once, the first time;
afterwards it is compared with nobody. has_acted: an act of advocacy lies in those 35 days, so the rise rests on no growth.
early, late: margin of the first and second 13 weeks before; after_1 to after_4: of the 13 weeks after, by the day (MRR
x 12 / 365.2425), 0 once a customer has left, null where not all is known. is_kept: still a customer then. */
with calendar as (
    select
        weeks.period_start as week_start,
        weeks.period_end as boundary,
        quarters.period_start as quarter,
        row_number() over (partition by quarters.period_start order by weeks.period_start) - 1 as place,
        count(*) over (partition by quarters.period_start) as weeks
    from periods as weeks
    inner join periods as quarters
        on weeks.period_end - 1 >= quarters.period_start and weeks.period_end - 1 < quarters.period_end
    where weeks.grain = 'week' and quarters.grain = 'quarter'
),

index_weeks as (
    select calendar.*
    from calendar
    cross join data_bounds
    where
        calendar.boundary - 182 >= data_bounds.first_paid_on
        and calendar.boundary + 182 <= cast(getvariable('until') as date)
),

rises as (
    select fct_tier_moves.customer_id, fct_tier_moves.period_start as week_start
    from fct_tier_moves
    where
        fct_tier_moves.grain = 'week'
        and fct_tier_moves.direction = 1
        and not fct_tier_moves.is_expired
        and fct_tier_moves.to_state in ('loyal', 'advocate')
),

stays as (
    select fct_activity_spells.*, fct_customers.segment, scoped_slices.gross_margin * 12 / 365.2425 as margin_a_day
    from fct_activity_spells
    inner join scoped_slices on fct_activity_spells.slice_id = scoped_slices.slice_id
    inner join fct_customers on fct_activity_spells.customer_id = fct_customers.customer_id
),

quarters as (
    select distinct index_weeks.quarter, index_weeks.weeks
    from index_weeks
),

-- of more than 20,000 customers every second, fourth, eighth ... is compared with: more would add little
thinned as (
    select cast(pow(2, greatest(0, ceil(log2(count(distinct stays.customer_id) / 20000)))) as bigint) as one_in
    from stays
),

drawn_from as (
    select stays.*
    from stays
    cross join thinned
    where md5_number_upper(stays.customer_id) % thinned.one_in = 0
),

draws as (
    select
        drawn_from.*,
        quarters.quarter,
        md5_number_lower(concat(drawn_from.customer_id, quarters.quarter)) % quarters.weeks as place
    from drawn_from
    cross join quarters
),

candidates as (
    select
        stays.customer_id,
        stays.valid_from as stayed_from,
        stays.segment,
        stays.margin_a_day,
        index_weeks.week_start,
        index_weeks.boundary,
        index_weeks.quarter,
        true as has_risen
    from rises
    inner join index_weeks on rises.week_start = index_weeks.week_start
    inner join stays
        on rises.customer_id = stays.customer_id
            and index_weeks.boundary - 182 >= stays.valid_from
            and index_weeks.boundary <= coalesce(stays.valid_to, date '9999-12-31')
    union all
    select
        draws.customer_id,
        draws.valid_from as stayed_from,
        draws.segment,
        draws.margin_a_day,
        index_weeks.week_start,
        index_weeks.boundary,
        index_weeks.quarter,
        false as has_risen
    from draws
    inner join index_weeks
        on draws.quarter = index_weeks.quarter
            and draws.place = index_weeks.place
            and index_weeks.boundary - 182 >= draws.valid_from
            and index_weeks.boundary <= coalesce(draws.valid_to, date '9999-12-31')
    anti join rises on draws.customer_id = rises.customer_id and index_weeks.week_start = rises.week_start
),

placed as (
    select
        candidates.*,
        fct_tier_spells.tier as tier_before
    from candidates
    inner join fct_tier_spells
        on candidates.customer_id = fct_tier_spells.customer_id
            and candidates.week_start - 7 >= fct_tier_spells.valid_from
            and candidates.week_start - 7 < coalesce(fct_tier_spells.valid_to, date '9999-12-31')
),

-- days of money: what the tiers' rules count as growth or its contrary
money_days as (
    select fct_mrr_steps.customer_id, fct_mrr_steps.changed_on as day
    from fct_mrr_steps
    union
    select fct_evidence.customer_id, fct_evidence.event_on as day
    from fct_evidence
    where fct_evidence.kind = 'renewal'
),

calm as (
    select placed.*
    from placed
    cross join settings
    anti join money_days
        on placed.customer_id = money_days.customer_id
            and money_days.day >= placed.boundary - settings.expiry_window_days
            and money_days.day < placed.boundary
    anti join rises
        on placed.customer_id = rises.customer_id
            and rises.week_start >= placed.boundary - 182
            and rises.week_start < placed.week_start
),

act_days as (
    select distinct fct_evidence.customer_id, fct_evidence.event_on
    from fct_evidence
    where fct_evidence.class in ('solicited', 'unsolicited')
),

acted as (
    select distinct calm.customer_id, calm.week_start
    from calm
    cross join settings
    inner join act_days
        on calm.customer_id = act_days.customer_id
            and act_days.event_on >= calm.boundary - settings.expiry_window_days
            and act_days.event_on < calm.boundary
    where calm.has_risen
),

-- days counted from the index: paid from, and the first day not paid for
paid as (
    select
        calm.*,
        fct_mrr_spells.mrr,
        fct_mrr_spells.valid_from = calm.stayed_from as is_first,
        fct_mrr_spells.valid_from - calm.boundary as paid_from,
        coalesce(fct_mrr_spells.valid_to, date '9999-12-31') - calm.boundary as paid_to,
        -settings.shrink_lookback_days as then_day
    from calm
    inner join fct_mrr_spells on calm.customer_id = fct_mrr_spells.customer_id
    cross join settings
),

earned as (
    select
        paid.customer_id,
        paid.week_start,
        any_value(paid.boundary) as boundary,
        any_value(paid.has_risen) as has_risen,
        any_value(paid.stayed_from) as stayed_from,
        any_value(paid.segment) as segment,
        any_value(paid.tier_before) as tier_before,
        any_value(paid.quarter) as quarter,
        any_value(paid.margin_a_day) as margin_a_day,
        any_value(paid.mrr) filter (paid.paid_from < 0 and paid.paid_to >= 0) as mrr_now,
        coalesce(
            any_value(paid.mrr) filter (paid.paid_from < paid.then_day and paid.paid_to >= paid.then_day),
            any_value(paid.mrr) filter (paid.is_first)
        ) as mrr_then,
        sum(paid.mrr * greatest(0, least(paid.paid_to, -91) - greatest(paid.paid_from, -182))) as early,
        sum(paid.mrr * greatest(0, least(paid.paid_to, 0) - greatest(paid.paid_from, -91))) as late,
        sum(paid.mrr * greatest(0, least(paid.paid_to, 91) - greatest(paid.paid_from, 0))) as after_1,
        sum(paid.mrr * greatest(0, least(paid.paid_to, 182) - greatest(paid.paid_from, 91))) as after_2,
        sum(paid.mrr * greatest(0, least(paid.paid_to, 273) - greatest(paid.paid_from, 182))) as after_3,
        sum(paid.mrr * greatest(0, least(paid.paid_to, 364) - greatest(paid.paid_from, 273))) as after_4,
        bool_or(paid.paid_from < 182 and paid.paid_to >= 182) as is_kept_26,
        bool_or(paid.paid_from < 364 and paid.paid_to >= 364) as is_kept_52
    from paid
    group by paid.customer_id, paid.week_start
),

-- who has not shrunk; the first rise of a customer, and who had none until then
ordered as (
    select
        earned.*,
        min(earned.week_start) filter (earned.has_risen) over (
            partition by earned.customer_id
        ) as rose_week
    from earned
    where earned.mrr_now >= earned.mrr_then
),

dated as (
    select
        ordered.*,
        ordered.boundary + 364 <= cast(getvariable('until') as date) as has_year
    from ordered
)

select
    dated.customer_id,
    dated.week_start,
    dated.tier_before,
    dated.has_risen,
    acted.customer_id is not null as has_acted,
    concat_ws(
        ' | ',
        dated.segment,
        dated.tier_before,
        dated.quarter,
        least(2, date_diff('day', dated.stayed_from, dated.boundary) // 364),
        -- bands of MRR, each up to 1.41 times the one below: who pays more grows by more
        cast(floor(2 * log2(dated.mrr_now)) as integer)
    ) as stratum,
    dated.margin_a_day * dated.early as early,
    dated.margin_a_day * dated.late as late,
    dated.margin_a_day * dated.after_1 as after_1,
    dated.margin_a_day * dated.after_2 as after_2,
    case when dated.has_year then dated.margin_a_day * dated.after_3 end as after_3,
    case when dated.has_year then dated.margin_a_day * dated.after_4 end as after_4,
    dated.is_kept_26,
    case when dated.has_year then dated.is_kept_52 end as is_kept_52
from dated
left join acted on dated.customer_id = acted.customer_id and dated.week_start = acted.week_start
where
    (dated.has_risen and dated.week_start = dated.rose_week)
    or (not dated.has_risen and (dated.rose_week is null or dated.week_start < dated.rose_week))
