/*
severity = "warning"
rank = 10
beside = "tiers"
description = "Where nobody is actively dissatisfied, there are cases that could say so."
advice = "Nobody could look angry: export the cases, with the field that marks a complaint, name that field in the lines that the notes of the load give, and build."
untested = """
select 'there are no customers' || if(exists (from cases), '', ' and no cases')
where (select coalesce(sum(customers), 0) from newest_tiers) = 0
"""
*/
with tiers as (
    select
        coalesce(sum(customers), 0) as customers,
        coalesce(sum(customers) filter (where tier = 'actively_dissatisfied'), 0) as angry
    from newest_tiers
),

voices as (
    select
        count(*) as cases,
        count(*) filter (where kind = 'complaint' or is_escalated) as loud
    from cases
),

-- a field of that name that says no of every case is an answer
fields as (
    select coalesce(bool_or(header ilike '%complain%'), false) as has_mark
    from mapped_columns
    where table_name = 'cases' and column_name = 'kind'
)

select
    case
        when voices.cases = 0
            then 'no case data loaded: that nobody is actively dissatisfied does not mean that nobody is unhappy'
        else format(
                'nobody could look angry: no field of the {:,} cases marks a complaint, and none is escalated',
                voices.cases
            )
    end as remark
from tiers
cross join voices
cross join fields
where tiers.customers > 0 and tiers.angry = 0 and (voices.cases = 0 or (voices.loud = 0 and not fields.has_mark))
