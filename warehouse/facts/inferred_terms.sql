/* One row per paid term inferred from a won opportunity of a known customer with an amount above 0, in the columns of
subscriptions; read only where the export has no term of its own. The rules: docs/decisions.md,
'Where an export has no terms'.
Days are keys here, 31 x months + days: a month later is 31 more, and the end of a short month is found again at the
end. 9999-12-31 bounds what a renewal booked over and over could reach. */
with won as (
    select
        opportunities.opportunity_id,
        opportunities.customer_id,
        coalesce(opportunities.kind, 'unknown') as kind,
        opportunities.amount,
        opportunities.amount_original,
        opportunities.currency,
        opportunities.source_file,
        opportunities.source_line,
        opportunities.load_id,
        coalesce(opportunities.term_starts_on, opportunities.closed_on) as begins_on,
        case
            when opportunities.term_ends_on > coalesce(opportunities.term_starts_on, opportunities.closed_on)
                then opportunities.term_ends_on
        end as ends_on,
        opportunities.term_starts_on is not null as has_start,
        coalesce(opportunities.term_months, settings.assumed_term_months) as given_months
    from opportunities
    cross join settings
    where
        opportunities.is_closed
        and opportunities.is_won
        and opportunities.customer_id is not null
        and opportunities.amount > 0
        and coalesce(opportunities.term_starts_on, opportunities.closed_on) is not null
),

keyed as (
    select
        won.*,
        won.has_start or won.ends_on is not null as is_dated,
        case
            when won.ends_on is null then won.given_months
            -- 365 days are 12 months, not 11.99
            else greatest(1, cast(round(date_diff('day', won.begins_on, won.ends_on) / 30.436875) as integer))
        end as months,
        31 * (12 * extract(year from won.begins_on) + extract(month from won.begins_on) - 1)
        + extract(day from won.begins_on) - 1 as begins_key,
        31 * (12 * extract(year from won.ends_on) + extract(month from won.ends_on) - 1)
        + extract(day from won.ends_on) - 1 as ends_key
    from won
),

deals as (
    select
        keyed.*,
        coalesce(keyed.ends_key - keyed.begins_key, 31 * keyed.months) as length
    from keyed
),

purchase_days as (
    select
        deals.customer_id,
        deals.begins_key,
        max(deals.length) as length
    from deals
    where deals.kind <> 'expansion'
    group by deals.customer_id, deals.begins_key
),

purchases_before as (
    select
        purchase_days.customer_id,
        purchase_days.begins_key,
        purchase_days.begins_key - lag(purchase_days.begins_key) over (
            partition by purchase_days.customer_id order by purchase_days.begins_key
        ) as since_last,
        lag(purchase_days.length) over (
            partition by purchase_days.customer_id order by purchase_days.begins_key
        ) as last_length
    from purchase_days
),

-- what stands on top of the running term, and what is the next term itself
judged as (
    select
        deals.*,
        deals.kind = 'expansion'
        or (deals.kind = 'new' and coalesce(purchases_before.since_last < purchases_before.last_length, false))
        or (deals.kind = 'unknown' and coalesce(2 * purchases_before.since_last < purchases_before.last_length, false))
            as is_on_top
    from deals
    left join purchases_before
        on deals.customer_id = purchases_before.customer_id and deals.begins_key = purchases_before.begins_key
),

deal_days as (
    select
        judged.customer_id,
        judged.begins_key,
        max(case when not judged.is_on_top and not judged.is_dated then judged.length end) as following_length,
        max(case when not judged.is_on_top and judged.is_dated then judged.begins_key + judged.length end) as dated_end,
        -- new business replaces nothing
        max(case
            when judged.is_on_top or judged.kind = 'new' then 0
            when judged.is_dated then 2
            else 1
        end) as replaces
    from judged
    group by judged.customer_id, judged.begins_key
),

-- a contract begins when it says, whatever ran before it: the line starts anew
chapters as (
    select
        deal_days.*,
        sum(case when deal_days.replaces = 2 then 1 else 0 end) over (
            partition by deal_days.customer_id order by deal_days.begins_key
            rows between unbounded preceding and current row
        ) as chapter
    from deal_days
),

-- end of the line = max(end before, day) + length, day after day: with running sums of the lengths that is a maximum
summed as (
    select
        chapters.*,
        sum(coalesce(chapters.following_length, 0)) over (
            partition by chapters.customer_id, chapters.chapter order by chapters.begins_key
            rows between unbounded preceding and current row
        ) as lengths
    from chapters
),

chained as (
    select
        summed.*,
        summed.lengths + max(
            greatest(
                coalesce(summed.begins_key + summed.following_length, summed.dated_end),
                coalesce(summed.dated_end, summed.begins_key + summed.following_length)
            ) - summed.lengths
        ) over (
            partition by summed.customer_id, summed.chapter order by summed.begins_key
            rows between unbounded preceding and current row
        ) as line_ends
    from summed
),

freed as (
    select
        chained.*,
        case
            when chained.replaces = 2 then chained.begins_key
            else greatest(
                    chained.begins_key,
                    coalesce(
                        lag(chained.line_ends) over (partition by chained.customer_id order by chained.begins_key),
                        chained.begins_key
                    )
                )
        end as next_free
    from chained
),

lines as (
    select
        freed.*,
        case when freed.replaces > 0 then freed.next_free end as replaced_from
    from freed
),

followed as (
    select
        lines.*,
        min(lines.replaced_from) over (
            partition by lines.customer_id order by lines.begins_key
            rows between 1 following and unbounded following
        ) as replaced_on
    from lines
),

placed as (
    select
        judged.*,
        followed.replaced_on,
        case when judged.is_on_top or judged.is_dated then judged.begins_key else followed.next_free end as starts,
        case
            when judged.is_dated then judged.begins_key + judged.length
            when judged.kind = 'expansion' and followed.line_ends > judged.begins_key then followed.line_ends
            when judged.is_on_top then judged.begins_key + judged.length
            else followed.next_free + judged.length
        end as ends
    from judged
    inner join followed
        on judged.customer_id = followed.customer_id and judged.begins_key = followed.begins_key
),

bounded as (
    select
        placed.*,
        cast(least(placed.starts, 31 * 12 * 9999 + 31 * 12 - 1) as integer) as start_key,
        cast(least(
            placed.ends,
            case when placed.is_dated then placed.ends else coalesce(placed.replaced_on, placed.ends) end,
            31 * 12 * 9999 + 31 * 12 - 1
        ) as integer) as end_key
    from placed
),

month_starts as (
    select
        bounded.*,
        make_date(
            cast(floor(bounded.start_key / 372) as integer), cast(floor(bounded.start_key / 31) as integer) % 12 + 1, 1
        ) as start_month,
        make_date(
            cast(floor(bounded.end_key / 372) as integer), cast(floor(bounded.end_key / 31) as integer) % 12 + 1, 1
        ) as end_month
    from bounded
    where bounded.start_key < bounded.end_key
),

dated as (
    select
        month_starts.*,
        cast(least(month_starts.start_month + month_starts.start_key % 31, last_day(month_starts.start_month)) as date)
            as started_on,
        cast(least(month_starts.end_month + month_starts.end_key % 31, last_day(month_starts.end_month)) as date)
            as ended_on
    from month_starts
),

inferred_terms as (
    select
        concat('inferred:', dated.opportunity_id) as subscription_id,
        dated.customer_id,
        dated.started_on,
        cast(dated.amount / dated.months as decimal(18, 6)) as mrr,
        dated.ended_on,
        false as is_trial,
        cast(null as varchar) as product,
        dated.currency,
        -- what is followed without a gap has been renewed
        case when coalesce(dated.replaced_on > dated.end_key, true) then dated.ended_on end as renews_on,
        cast(null as date) as cancelled_on,
        cast(null as varchar) as end_reason,
        cast(null as varchar) as change_reason,
        cast(dated.amount_original / dated.months as decimal(18, 6)) as mrr_original,
        dated.source_file,
        dated.source_line,
        dated.load_id
    from dated
    where dated.started_on < dated.ended_on
)

select * from inferred_terms
