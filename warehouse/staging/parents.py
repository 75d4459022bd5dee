"""Accounts under their ultimate parents, where the setting customer_level says so."""

import duckdb


def lift_to_ultimate_parents(connection: duckdb.DuckDBPyConnection) -> None:
    """Let keys_customers end in the topmost parent of every account, and set the accounts below it aside.

    A merged account goes with the one that took it over. A parent that the export does not have, that is deleted,
    or that is staff or a partner ends the way up below it; staff and partners stay by themselves; accounts in or
    under a circle of parents stand for themselves. Each is noted with its number.
    """
    level = connection.execute("select customer_level from settings").fetchone()
    if level is None or level[0] != "ultimate_parent":
        return
    connection.execute("""
        create table scratch.parents as
        select
            customers.customer_id as child_id,
            case when parents.customer_id <> customers.customer_id then parents.customer_id end as parent_id,
            case
                when keys.given_id is null then 'is not in the export'
                when keys.is_deleted then 'is deleted'
                when parents.customer_id is null then 'is staff or a partner'
                when parents.customer_id = customers.customer_id then 'was merged into themselves'
            end as problem
        from customers
        left join scratch.keys_customers as keys on customers.parent_id = keys.given_id
        left join customers as parents
            on keys.final_id = parents.customer_id
                and parents.status is null and not coalesce(parents.is_staff_or_partner, false)
        where
            customers.status is null
            and customers.parent_id is not null
            and not coalesce(customers.is_staff_or_partner, false)
    """)
    connection.execute("""
        create table scratch.tops as
        with recursive edges as (
            select child_id, parent_id from scratch.parents
            where parent_id is not null
        ),
        reached as (
            select child_id, parent_id as reached_id from edges
            -- not `union all`: a circle of parents would never end
            union
            select reached.child_id, edges.parent_id as reached_id
            from reached
            inner join edges on reached.reached_id = edges.child_id
        )
        select child_id, reached_id as top_id
        from reached
        where reached_id not in (select child_id from edges)
    """)
    _note(connection)
    connection.execute("""
        update scratch.keys_customers as keys set final_id = tops.top_id
        from scratch.tops as tops
        where keys.final_id = tops.child_id
    """)
    connection.execute("""
        update customers set status = 'set_aside', reason = 'part of an ultimate parent'
        from scratch.tops as tops
        where customers.customer_id = tops.child_id and customers.status is null
    """)


def _note(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        insert into load_notes
        with problems as (
            select coalesce(parents.problem, 'is in a circle of parents') as problem, count(*) as accounts
            from scratch.parents as parents
            left join scratch.tops as tops on parents.child_id = tops.child_id
            where tops.child_id is null
            group by all
        )
        select
            'warning', 'customers', null, 'parent_id',
            if(accounts = 1, '1 account has', format('{:,} accounts have', accounts)) || ' a parent that ' || problem
            || if(accounts = 1, ': it stands for itself.', ': each stands for itself.'),
            null
        from problems
        order by problem
    """)
