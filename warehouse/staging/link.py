"""Rows and the keys that they point to: duplicates, orphans, and accounts that were merged."""

from collections.abc import Sequence

import duckdb

from warehouse.contract import Table
from warehouse.identifiers import quote_identifier, quote_text
from warehouse.kept.loads import Load
from warehouse.staging.cast import linked_columns, staged

# How the reason of a row begins whose key another row has.
DUPLICATE = "the key "


def set_aside_older(
    connection: duckdb.DuckDBPyConnection, table: Table, state: Sequence[Load]
) -> None:
    """Of the rows of one key in several loads those of the newest stay, deleted ones too; without a key all stay.

    A rejected row replaces none.
    """
    if not table.key:
        return
    parts, rows = _key_parts(table), staged(table)
    keys = ", ".join(f"{part} as key_{number}" for number, part in enumerate(parts))
    names = ", ".join(f"key_{number}" for number, _ in enumerate(parts))
    is_same = " and ".join(
        f"keyed.key_{number} is not distinct from newest.key_{number}"
        for number, _ in enumerate(parts)
    )
    ranks = ", ".join(f"({quote_text(load.load_id)}, {n})" for n, load in enumerate(state))
    connection.execute(f"""
        create or replace table scratch.replaced as
        with keyed as (
            select staged.rowid as place, staged.status, ranks.load_rank, {keys}
            from {rows} as staged
            inner join (values {ranks}) as ranks (load_id, load_rank) on staged.load_id = ranks.load_id
            where staged.status is null or staged.status = 'deleted'
        ),
        newest as (
            select {names}, max(load_rank) as load_rank
            from keyed
            group by {names}
            having max(load_rank) > min(load_rank)
        )
        select keyed.place
        from keyed
        inner join newest on {is_same}
        where keyed.status is null and keyed.load_rank < newest.load_rank
    """)
    connection.execute(f"""
        update {rows} as staged
        set status = 'set_aside', reason = 'a later load has this row anew'
        from scratch.replaced as replaced
        where staged.rowid = replaced.place
    """)


def _key_parts(table: Table) -> list[str]:
    linked = {column.name for column in linked_columns(table)}
    # Rows of merged accounts meet under one customer; they were no duplicates in the CRM.
    return [
        f"coalesce(merged_{name}, {quote_identifier(name)})"
        if name in linked
        else quote_identifier(name)
        for name in table.key
    ]


def reject_duplicates(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Of the rows of one key the first by file and line stays."""
    if not table.key:
        return
    parts, rows = _key_parts(table), staged(table)
    key = ", ".join(parts)
    # A hash of eight bytes a row tells in a second that 20 million rows have no duplicates; nothing else does.
    counted = connection.execute(
        f"select count(*) - count(distinct hash({key})) from {rows} where status is null"
    ).fetchone()
    if not counted or not counted[0]:
        return
    label = " || ', ' || ".join(f"coalesce(cast({part} as varchar), '')" for part in parts)
    connection.execute(f"""
        create or replace table scratch.duplicates as
        with suspects as (
            select hash({key}) as key_hash
            from {rows}
            where status is null
            group by hash({key})
            having count(*) > 1
        ),
        ranked as (
            select
                rowid as place_in_table,
                {label} as label,
                row_number() over same_key as place,
                first_value(source_file) over same_key as first_file,
                first_value(source_line) over same_key as first_line
            from {rows}
            where status is null and hash({key}) in (select key_hash from suspects)
            window same_key as (partition by {key} order by source_file, source_line, rowid)
        )
        select
            place_in_table,
            {quote_text(DUPLICATE)} || label || ' stands already in ' || first_file || ', line ' || first_line as reason
        from ranked
        where place > 1
    """)
    connection.execute(f"""
        update {rows} as staged
        set status = 'rejected', reason = duplicates.reason, problem_column = {quote_text(table.key[0])}
        from scratch.duplicates as duplicates
        where staged.rowid = duplicates.place_in_table
    """)


def keep_keys(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create keys_<table>: the ids that other tables may point to, and those that are deleted."""
    key = quote_identifier(table.key[0])
    connection.execute(f"""
        create table scratch.keys_{table.name} as
        select {key} as given_id, {key} as final_id, bool_and(status is not null) as is_deleted
        from {staged(table)}
        where status is null or status = 'deleted'
        group by {key}
    """)


def link_merged_customers(connection: duckdb.DuckDBPyConnection) -> None:
    """Create keys_customers: every account's id with that of the account it ended in, however often it was merged."""
    connection.execute("""
        create table scratch.keys_customers as
        with recursive ends as (
            select customer_id as given_id, customer_id as final_id, bool_and(status is not null) as is_deleted
            from customers
            where merged_into_id is null and customer_id is not null and (status is null or status = 'deleted')
            group by customer_id
        ),
        reached as (
            select given_id, final_id, is_deleted from ends
            -- not `union all`: two accounts that are merged into each other would never end
            union
            select merged.customer_id as given_id, reached.final_id, reached.is_deleted
            from customers as merged
            inner join reached on merged.merged_into_id = reached.given_id
            where merged.status is null
        )
        select given_id, arg_min(final_id, is_deleted) as final_id, bool_and(is_deleted) as is_deleted
        from reached
        group by given_id
    """)
    connection.execute("""
        update customers as merged
        set
            status = case when keys.given_id is null then 'rejected' else 'set_aside' end,
            problem_column = case when keys.given_id is null then 'merged_into_id' end,
            reason = case
                when keys.given_id is null
                    then 'merged_into_id leads to no account of the export: "' || merged.merged_into_id || '"'
                else 'merged into another account'
            end
        from (
            select accounts.customer_id, keys_customers.given_id
            from customers as accounts
            left join scratch.keys_customers on accounts.customer_id = keys_customers.given_id
            where accounts.merged_into_id is not null and accounts.status is null
        ) as keys
        where merged.customer_id = keys.customer_id and merged.status is null
    """)


def add_up_merged(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Make one row of those that came under one key when their accounts were merged."""
    sums = {column.name for column in table.columns if column.adds_up}
    if (
        not sums
        or not connection.execute(
            "select 1 from scratch.keys_customers where given_id <> final_id limit 1"
        ).fetchone()
    ):
        return
    name, key = quote_identifier(table.name), ", ".join(map(quote_identifier, table.key))
    columns = ", ".join(
        quote_identifier(column)
        if column in table.key
        else f"cast({'sum' if column in sums else 'min'}({quote_identifier(column)}) as {kind})"
        for column, kind in table.schema
    )
    connection.execute(f"""
        create or replace table scratch.added_up as
        select {columns} from {name} group by {key} having count(*) > 1 order by {key}
    """)
    connection.execute(f"delete from {name} where ({key}) in (select {key} from scratch.added_up)")
    connection.execute(f"insert into {name} select * from scratch.added_up")
