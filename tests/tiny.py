"""A company of a few rows in contract tables, as a load leaves them, and its numbers."""

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from itertools import groupby
from typing import Any

import duckdb

from metrics.engine import Record, evaluate
from metrics.registry import load_metrics
from warehouse.contract import create_contract_tables, load_contract
from warehouse.identifiers import quote_identifier
from warehouse.settings import Settings
from warehouse.transform import build_facts

Rows = Sequence[Mapping[str, Any]]

METRICS = load_metrics()


def term(
    customer: str, started: str, ended: str | None = None, mrr: object = 100, **more: Any
) -> dict[str, Any]:
    """A paid term; the first day not paid for is `ended`."""
    ends = dt.date.fromisoformat(ended) if ended else None
    started_on = dt.date.fromisoformat(started)
    row = {"customer_id": customer, "started_on": started_on, "ended_on": ends}
    return {**row, "mrr": Decimal(str(mrr)), **more}


def fill_tables(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Rows]) -> None:
    """Create the contract tables with these rows; ids and customers that are left out are made."""
    create_contract_tables(connection)
    contract = load_contract()
    named = {
        row["customer_id"] for rows in tables.values() for row in rows if row.get("customer_id")
    }
    own = list(tables.get("customers", ()))
    own += [{"customer_id": each} for each in sorted(named - {row["customer_id"] for row in own})]
    for name, rows in {**tables, "customers": own}.items():
        key = contract[name].key[:1] if len(contract[name].key) == 1 else ()
        full: list[Mapping[str, Any]] = []
        for line, row in enumerate(rows, start=2):
            source = {"source_file": f"{name}.csv", "source_line": line, "load_id": "load_1"}
            made = {column: f"{name}-{line}" for column in key if column not in row}
            full.append({**made, **row, **source})
        insert_rows(connection, name, full)
    connection.execute(
        "create table table_status as select table_name, true as is_present from duckdb_tables()"
    )


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Rows) -> None:
    """Append rows of any columns in their order; those with the same columns in one statement."""
    for columns, alike in groupby(rows, key=tuple):
        values = [list(row.values()) for row in alike]
        names = ", ".join(quote_identifier(column) for column in columns)
        holes = ", ".join(f"({', '.join('?' for _ in columns)})" for _ in values)
        connection.execute(
            f"insert into {quote_identifier(table)} ({names}) values {holes}",
            [value for row in values for value in row],
        )


def build_tiny(
    tables: Mapping[str, Rows], as_of: str, **settings: Any
) -> duckdb.DuckDBPyConnection:
    """Facts, marts and views of a company in memory."""
    connection = duckdb.connect()
    fill_tables(connection, tables)
    build_facts(connection, Settings(**settings), dt.date.fromisoformat(as_of))
    return connection


def records(
    connection: duckdb.DuckDBPyConnection, metric: str, grain: str = "week", **asked: Any
) -> list[Record]:
    """A metric's records."""
    with closing(connection.cursor()) as cursor:
        return evaluate(cursor, METRICS[metric], grain=grain, **asked)


def value(
    connection: duckdb.DuckDBPyConnection, metric: str, period: str, grain: str = "week"
) -> Any:
    """A metric's one value in the period that starts on this day."""
    (record,) = records(connection, metric, grain, period=dt.date.fromisoformat(period))
    return record.value


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with closing(connection.cursor()) as cursor:
        return cursor.execute(sql).fetchall()
