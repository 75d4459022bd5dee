/* The customers who pay most at the end of a quarter ($until, exclusive): MRR, share of all MRR, tier at the Sunday
that ends the week of $week, and as of $as_of the next renewal of what still runs, or the day they left. */
with closing as (
    select
        customer_id,
        sum(mrr) as mrr
    from fct_mrr_spells
    where valid_from < $until and coalesce(valid_to, date '9999-12-31') >= $until
    group by customer_id
),

ranked as (
    select
        customer_id,
        mrr,
        sum(mrr) over () as total,
        count(*) over () as customers,
        row_number() over (order by mrr desc, customer_id) as place
    from closing
),

terms as (
    select
        customer_id,
        min(renews_on) filter (where renews_on > $as_of and cancelled_on is null) as renews_on,
        min(ended_on) filter (where cancelled_on <= $as_of and ended_on > $as_of) as leaves_on,
        count(*) filter (where coalesce(ended_on, date '9999-12-31') > $as_of) as running,
        max(ended_on) as ended_on
    from fct_terms
    where started_on <= $as_of
    group by customer_id
)

select
    coalesce(customers.customer_name, ranked.customer_id) as customer,
    ranked.mrr,
    ranked.total,
    ranked.customers,
    fct_tier_spells.tier,
    fct_tier_spells.evidence_status,
    terms.renews_on,
    terms.leaves_on,
    terms.running,
    terms.ended_on
from ranked
left join customers on ranked.customer_id = customers.customer_id
left join terms on ranked.customer_id = terms.customer_id
left join fct_tier_spells
    on
        ranked.customer_id = fct_tier_spells.customer_id
        and fct_tier_spells.valid_from <= $week + 6
        and coalesce(fct_tier_spells.valid_to, date '9999-12-31') > $week + 6
where ranked.place <= $most
order by ranked.place
