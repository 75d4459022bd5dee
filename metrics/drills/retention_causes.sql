/*
label      = "What changed the revenue of a year ago"
definition = "Customers of a year before the end of the period (364 days at week grain): MRR then, and what made it MRR now; change is the chosen cause's, else all. left: gone at the end. came back: left since and returned, MRR at the return less MRR then. price, quantity, plan: changes since (since the return) on days on which a term began for that change_reason, price first where a day has several; not stated: all other changes. What a customer who has left was raised by before is in left."
entity     = "customer"
measures   = { change = "currency", price = "currency", quantity = "currency", plan = "currency", not_stated = "currency", came_back = "currency", left_mrr = "currency", opening_mrr = "currency", closing_mrr = "currency" }
chosen     = ["cause"]
tables     = ["subscriptions"]
explains   = []
*/
with bounds as (
    select
        case
            when getvariable('grain') = 'week' then cast(getvariable('period_end') as date) - 364
            else cast(cast(getvariable('period_end') as date) - interval 12 month as date)
        end as retention_from,
        cast(getvariable('period_end') as date) as retention_to
),

opening as (
    select fct_mrr_spells.customer_id, fct_mrr_spells.mrr
    from bounds
    inner join fct_mrr_spells
        on fct_mrr_spells.valid_from < bounds.retention_from
            and coalesce(fct_mrr_spells.valid_to, date '9999-12-31') >= bounds.retention_from
    inner join scoped_slices on fct_mrr_spells.slice_id = scoped_slices.slice_id
),

staying as (
    select
        fct_activity_spells.customer_id,
        fct_activity_spells.valid_from,
        fct_activity_spells.started_mrr,
        fct_activity_spells.valid_from >= bounds.retention_from as has_returned
    from bounds
    inner join fct_activity_spells
        on fct_activity_spells.valid_from < bounds.retention_to
            and coalesce(fct_activity_spells.valid_to, date '9999-12-31') >= bounds.retention_to
),

stated as (
    select
        fct_terms.customer_id,
        fct_terms.started_on,
        case
            when bool_or(fct_terms.change_reason = 'price') then 'price'
            when bool_or(fct_terms.change_reason = 'quantity') then 'quantity'
            when bool_or(fct_terms.change_reason = 'plan') then 'plan'
        end as cause
    from fct_terms
    group by fct_terms.customer_id, fct_terms.started_on
),

changes as (
    select
        fct_mrr_movements.customer_id,
        coalesce(stated.cause, 'not stated') as cause,
        fct_mrr_movements.mrr_after - fct_mrr_movements.mrr_before as change
    from bounds
    inner join fct_mrr_movements
        on fct_mrr_movements.moved_on >= bounds.retention_from
            and fct_mrr_movements.moved_on < bounds.retention_to
    inner join staying
        on fct_mrr_movements.customer_id = staying.customer_id
            and fct_mrr_movements.moved_on > staying.valid_from
    left join stated
        on fct_mrr_movements.customer_id = stated.customer_id and fct_mrr_movements.moved_on = stated.started_on
),

by_cause as (
    select
        changes.customer_id,
        coalesce(sum(changes.change) filter (where changes.cause = 'price'), 0) as price,
        coalesce(sum(changes.change) filter (where changes.cause = 'quantity'), 0) as quantity,
        coalesce(sum(changes.change) filter (where changes.cause = 'plan'), 0) as plan,
        coalesce(sum(changes.change) filter (where changes.cause = 'not stated'), 0) as not_stated
    from changes
    group by changes.customer_id
),

causes as (
    select
        opening.customer_id,
        coalesce(by_cause.price, 0) as price,
        coalesce(by_cause.quantity, 0) as quantity,
        coalesce(by_cause.plan, 0) as plan,
        coalesce(by_cause.not_stated, 0) as not_stated,
        case when staying.has_returned then staying.started_mrr - opening.mrr else 0 end as came_back,
        case when staying.customer_id is null then -opening.mrr else 0 end as left_mrr,
        opening.mrr as opening_mrr,
        case
            when staying.customer_id is null then 0
            else
                case when staying.has_returned then staying.started_mrr else opening.mrr end
                + coalesce(by_cause.price + by_cause.quantity + by_cause.plan + by_cause.not_stated, 0)
        end as closing_mrr
    from opening
    left join staying on opening.customer_id = staying.customer_id
    left join by_cause on opening.customer_id = by_cause.customer_id
)

select
    causes.*,
    case getvariable('cause')
        when 'price' then causes.price
        when 'quantity' then causes.quantity
        when 'plan' then causes.plan
        when 'not_stated' then causes.not_stated
        when 'came_back' then causes.came_back
        when 'left' then causes.left_mrr
        else causes.closing_mrr - causes.opening_mrr
    end as change
from causes
where
    case getvariable('cause')
        when 'price' then causes.price <> 0
        when 'quantity' then causes.quantity <> 0
        when 'plan' then causes.plan <> 0
        when 'not_stated' then causes.not_stated <> 0
        when 'came_back' then causes.came_back <> 0
        when 'left' then causes.left_mrr <> 0
        else true
    end
