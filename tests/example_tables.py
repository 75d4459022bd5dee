"""Tables in memory with the columns of the scoped views, from rows or from ASCII tables."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache

import duckdb

from metrics.registry import Example
from warehouse.contract import create_contract_tables
from warehouse.identifiers import quote_identifier
from warehouse.settings import Settings
from warehouse.transform import build_facts

DAYS = {"week": 7, "month": 30, "quarter": 91, "year": 365}


@cache
def read_columns() -> dict[str, dict[str, str]]:
    """The columns and types of every table and view of a warehouse without a row."""
    with duckdb.connect() as connection:
        create_contract_tables(connection)
        build_facts(connection, Settings(), date(2026, 1, 31))
        rows = connection.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal"
        ).fetchall()
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        columns.setdefault(table, {})[column] = kind
    return columns


def read_ascii(table: str) -> list[dict[str, str | None]]:
    """Rows of an ASCII table with a header line; an empty cell is None."""
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return [
        {name: cell or None for name, cell in zip(lines[0], line, strict=True)}
        for line in lines[1:]
    ]


def fill(
    connection: duckdb.DuckDBPyConnection, view: str, rows: Iterable[Mapping[str, object]]
) -> None:
    """Create a table with the columns of a view; columns that a row leaves out are null."""
    columns = read_columns()[view]
    name = quote_identifier(view)
    declared = ", ".join(f"{quote_identifier(key)} {kind}" for key, kind in columns.items())
    connection.execute(f"create table {name} ({declared})")
    for row in rows:
        assert set(row) <= set(columns), f"{view} has no column {set(row) - set(columns)}"
        values = {"grain": "week", "is_closed": True, **row}
        cells = [values.get(column) for column in columns]
        connection.execute(f"insert into {name} values ({', '.join('?' * len(cells))})", cells)


def make_warehouse(
    tables: Mapping[str, Iterable[Mapping[str, object]]],
) -> duckdb.DuckDBPyConnection:
    """A warehouse in memory that holds these views, and the tables that the engine itself reads.

    Its periods are those of the views; all contract tables are present.
    """
    connection = duckdb.connect()
    rows = {view: list(each) for view, each in tables.items()}
    for view, each in rows.items():
        fill(connection, view, each)
    if "settings" not in rows:
        fill(connection, "settings", [{"dimensions": ["segment", "region"]}])
    fill(connection, "periods", [])
    connection.execute("create table table_status (table_name varchar, is_present boolean)")
    connection.execute("create table build_info as select 'recorded' as terms")
    periods = {
        (row.get("grain") or "week", row["period_start"], row.get("is_closed", True))
        for each in rows.values()
        for row in each
        if row.get("period_start")
    }
    for grain, start, is_closed in sorted(periods, key=str):
        first = date.fromisoformat(str(start))
        connection.execute(
            "insert into periods (grain, period_start, period_end, is_closed) values (?, ?, ?, ?)",
            [grain, first, first + timedelta(DAYS[str(grain)]), is_closed],
        )
    return connection


def make_example(example: Example) -> duckdb.DuckDBPyConnection:
    """The warehouse of a metric's worked example."""
    return make_warehouse({view: read_ascii(text) for view, text in example.tables})
