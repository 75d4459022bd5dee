"""What was reported last, beside what the build says now: tables of one DuckDB cursor."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow  # pyright: ignore[reportMissingTypeStubs]
from sqlalchemy import Column, Connection, func, select

from ledger.tables import NUMBERS, SERIES

# Column and type of a table that Python's rows become.
Columns = Mapping[str, str]

# Without types of its own, its every member would be unknown to the type checker.
ARROW: Any = pyarrow

IN_USE: Columns = {"metric": "string", "definition": "int32", "reported": "int32"}
KNOWN_SERIES: Columns = {
    "series": "int32", "definition": "int32", "grain": "string", "dimension": "string",
    "breakdown": "string", "member": "string",
}  # fmt: skip
KNOWN_NUMBERS: Columns = {
    "series": "int32", "period_start": "date32", "build": "int32", "value": "string",
    "numerator": "string", "denominator": "string", "kinds": "string", "reason": "string",
    "low": "double", "high": "double",
}  # fmt: skip


def put_rows(
    cursor: duckdb.DuckDBPyConnection,
    name: str,
    rows: Sequence[Sequence[Any]],
    columns: Columns,
) -> None:
    """Create a temporary table with these rows."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [
        ARROW.array(column, ARROW.type_for_alias(kind))
        for column, kind in zip(values, columns.values(), strict=True)
    ]
    put_table(cursor, name, ARROW.table(arrays, names=list(columns)))


def put_table(cursor: duckdb.DuckDBPyConnection, name: str, table: Any) -> None:
    """Create a temporary table from an Arrow one."""
    cursor.register("given_rows", table)
    cursor.execute(f"create or replace temp table {name} as select * from given_rows")
    cursor.unregister("given_rows")


def load_known(
    ledger: Connection, cursor: duckdb.DuckDBPyConnection, definitions: Sequence[int]
) -> None:
    """Create known_series and known_numbers: of each number of these definitions what was written last."""
    series = select(SERIES).where(SERIES.c.definition.in_(definitions))
    put_rows(cursor, "known_series", ledger.execute(series).all(), KNOWN_SERIES)
    newest = (
        select(NUMBERS.c.series, NUMBERS.c.period_start, func.max(NUMBERS.c.build).label("build"))
        .group_by(NUMBERS.c.series, NUMBERS.c.period_start)
        .subquery()
    )
    columns: list[Column[Any]] = [NUMBERS.c[name] for name in KNOWN_NUMBERS]
    numbers = (
        select(*columns)
        .join(SERIES, NUMBERS.c.series == SERIES.c.series)
        .join(
            newest,
            (NUMBERS.c.series == newest.c.series)
            & (NUMBERS.c.period_start == newest.c.period_start)
            & (NUMBERS.c.build == newest.c.build),
        )
        .where(SERIES.c.definition.in_(definitions))
    )
    put_rows(cursor, "known_numbers", ledger.execute(numbers).all(), KNOWN_NUMBERS)
