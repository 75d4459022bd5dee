"""Row by row, what became of the contract tables between two builds: news, corrections, conversions.

`before` and `after` are schemas (or attached databases) with the contract tables of the two builds.
A row is matched by its key; where a table has none, by all that it says.
"""

import re
from functools import cache

import duckdb

from metrics.scope import DIMENSIONS
from warehouse.contract import Table, load_contract
from warehouse.identifiers import quote_identifier, quote_text
from warehouse.transform import FACTS, FOLDER, MARTS

RATES, LATE, CORRECTION, RECLASSIFIED = "rates", "late data", "source correction", "reclassified"
# The order of the bridge; what goes before all of them is the definition or the code.
STAGES = (RATES, LATE, CORRECTION, RECLASSIFIED)
LINEAGE = {"source_file", "source_line", "load_id"}


@cache
def words_of_facts() -> frozenset[str]:
    """Every word of the SQL of facts and marts: a table or column not among them changes no number."""
    texts = [
        (FOLDER / folder / f"{name}.sql").read_text(encoding="utf-8")
        for folder, names in (("facts", FACTS), ("marts", MARTS))
        for name in names
    ]
    return frozenset(re.findall(r"\w+", " ".join(texts)))


@cache
def tables_of_facts() -> tuple[Table, ...]:
    """The contract tables that facts and marts read."""
    return tuple(table for table in load_contract().values() if table.name in words_of_facts())


def find_changes(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Create changes_<table> (key, stage) for each table of facts; return the stages that have rows."""
    found: set[str] = set()
    for table in tables_of_facts():
        connection.execute(_changes_sql(table))
        rows = connection.execute(f"select distinct stage from {_changes(table)}").fetchall()
        found |= {stage for (stage,) in rows}
    return [stage for stage in STAGES if stage in found]


def compose(connection: duckdb.DuckDBPyConnection, table: Table, stages: list[str]) -> None:
    """Create a contract table as it would be with the changes of these stages and no others."""
    name, changes = quote_identifier(table.name), _changes(table)
    taken = f"stage in ({', '.join(map(quote_text, stages))})" if stages else "false"
    if not table.key:
        said = ", ".join(map(quote_identifier, _said(table)))
        gone = "is_gone" if CORRECTION in stages else "false"
        new = "not is_gone" if LATE in stages else "false"
        connection.execute(
            f"insert into {name} by name select {said} from before.{name}"
            f" except all select {said} from {changes} where {gone}"
        )
        connection.execute(f"insert into {name} by name select {said} from {changes} where {new}")
        return
    on = _same_key(table, "rows", "changes")
    connection.execute(f"""
        insert into {name} by name
        select rows.* from after.{name} as rows
        where not exists (select 1 from {changes} as changes where {on} and not {taken})
        union all by name
        select rows.* from before.{name} as rows
        where exists (select 1 from {changes} as changes where {on} and not {taken})
    """)


def _said(table: Table) -> list[str]:
    return [column for column, _ in table.schema if column not in LINEAGE]


def _changes(table: Table) -> str:
    return quote_identifier(f"changes_{table.name}")


def _same_key(table: Table, one: str, other: str) -> str:
    keys = [quote_identifier(key) for key in table.key]
    return " and ".join(f"{one}.{key} is not distinct from {other}.{key}" for key in keys)


def _changes_sql(table: Table) -> str:
    name, changes = quote_identifier(table.name), _changes(table)
    said = _said(table)
    if not table.key:
        columns = ", ".join(map(quote_identifier, said))
        return f"""
            create or replace temp table {changes} as
            select *, {quote_text(LATE)} as stage, false as is_gone
            from (select {columns} from after.{name} except all select {columns} from before.{name})
            union all
            select *, {quote_text(CORRECTION)} as stage, true as is_gone
            from (select {columns} from before.{name} except all select {columns} from after.{name})
        """
    converted = {column.name for column in table.money}
    compared = [column for column in said if column not in table.key]
    effective = [column for column in compared if column in words_of_facts()]
    lasting = [column for column in compared if column not in converted]
    dates = [
        column.name
        for column in table.columns
        if column.type in ("date", "timestamp") and column.name not in table.key
    ]
    groups = {
        "is_filled": [f"({_old(c)} is null or {_same(c)})" for c in lasting],
        "is_same_otherwise": [
            _same(c) for c in lasting if not (table.name == "customers" and c in DIMENSIONS)
        ],
        "is_original": [_same(c) for c in lasting],
    }
    tests = {name: " and ".join(tests) or "true" for name, tests in groups.items()}
    is_dated = " or ".join(f"({_old(c)} is null and {_new(c)} is not null)" for c in dates)
    keys = ", ".join(
        f"coalesce({_new(key)}, {_old(key)}) as {quote_identifier(key)}" for key in table.key
    )
    reclassified = (
        f"when {tests['is_same_otherwise']} then {quote_text(RECLASSIFIED)}"
        if table.name == "customers"
        else ""
    )
    return f"""
        create or replace temp table {changes} as
        select
            {keys},
            case
                when old_rows.is_there is null then {quote_text(LATE)}
                when new_rows.is_there is null then {quote_text(CORRECTION)}
                when {tests["is_original"]} then {quote_text(RATES)}
                {reclassified}
                when {is_dated or "false"} or {tests["is_filled"]} then {quote_text(LATE)}
                else {quote_text(CORRECTION)}
            end as stage
        from (select *, true as is_there from before.{name}) as old_rows
        full join (select *, true as is_there from after.{name}) as new_rows
            on {_same_key(table, "old_rows", "new_rows")}
        where
            old_rows.is_there is null or new_rows.is_there is null
            or not ({" and ".join(map(_same, effective)) or "true"})
    """


def _old(column: str) -> str:
    return f"old_rows.{quote_identifier(column)}"


def _new(column: str) -> str:
    return f"new_rows.{quote_identifier(column)}"


def _same(column: str) -> str:
    return f"{_old(column)} is not distinct from {_new(column)}"
