/* One row per paid term with an end, which may lie ahead. A renewal within the days of grace is not late: the term
then ends where the next begins, as its MRR does. */
with gaps as (
    -- no term runs on that day, and the customer's activity does
    select
        ended.customer_id,
        ended.ended_on,
        min(later.started_on) as next_started_on
    from fct_terms as ended
    cross join settings
    inner join fct_activity_spells
        on ended.customer_id = fct_activity_spells.customer_id
            and ended.ended_on > fct_activity_spells.valid_from
            and ended.ended_on < coalesce(fct_activity_spells.valid_to, date '9999-12-31')
    inner join fct_terms as later
        on ended.customer_id = later.customer_id
            and ended.ended_on < later.started_on
    left join fct_terms as running
        on ended.customer_id = running.customer_id
            and ended.ended_on >= running.started_on
            and ended.ended_on < coalesce(running.ended_on, date '9999-12-31')
    where
        settings.renewal_grace_days > 0
        and running.subscription_id is null
    group by ended.customer_id, ended.ended_on
),

fct_ended_terms as (
    select
        fct_terms.customer_id,
        fct_terms.slice_id,
        fct_terms.started_on,
        coalesce(gaps.next_started_on, fct_terms.ended_on) as ended_on,
        fct_terms.mrr
    from fct_terms
    left join gaps
        on fct_terms.customer_id = gaps.customer_id
            and fct_terms.ended_on = gaps.ended_on
    where fct_terms.ended_on is not null
)

select * from fct_ended_terms
