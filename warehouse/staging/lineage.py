"""The mapping that a build used: from which header of which file each column of the contract comes."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import duckdb

from warehouse.contract import Table
from warehouse.reading.read import RawFile
from warehouse.reading.source import RawTable, Source
from warehouse.rows import insert_rows


def keep_mapping(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    tables: Sequence[Table],
    loaded: Mapping[str, Sequence[RawFile]],
) -> None:
    """Create mapping_selects (table_name, sql) and mapped_columns (table_name, column_name, file, header).

    A column is in mapped_columns once for each header that its value is made of; without a row it stays empty.
    """
    connection.execute("create table mapping_selects (table_name varchar, sql varchar)")
    connection.execute(
        "create table mapped_columns (table_name varchar, column_name varchar, file varchar, header varchar)"
    )
    for table in tables:
        sql = source.selects.get(table.name)
        if sql is None:
            continue
        connection.execute("insert into mapping_selects values (?, ?)", [table.name, sql.strip()])
        headers = _find_headers(source, loaded, sql)
        origins = find_origins(connection, sql)
        wanted = [column.name for column in table.columns]
        rows = sorted(
            {
                (table.name, column, file, header)
                for column in wanted
                for name in origins.get(column, {column} if _is_all(sql) else set[str]())
                for file, header in headers.get(name.lower(), ())
            }
        )
        insert_rows(connection, "mapped_columns", rows)


def find_origins(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, set[str]]:
    """By column of a query: the names of columns that its value is made of, through its steps.

    By names alone: two steps that call different things the same are taken for one.
    """
    row = connection.execute("select json_serialize_sql(?)", [sql]).fetchone()
    tree: object = json.loads(row[0]) if row else {}
    made_of: defaultdict[str, set[str]] = defaultdict(set)
    for item in _select_items(tree):
        used = set(_column_names(item))
        name = str(item.get("alias") or (min(used) if len(used) == 1 else ""))
        if name:
            made_of[name] |= used
    return {name: _reach(name, made_of) for name in made_of}


def _reach(name: str, made_of: Mapping[str, set[str]]) -> set[str]:
    """Everything that a column is made of, by way of the columns of earlier steps."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        for used in made_of.get(waiting.pop(), set()):
            if used not in reached:
                reached.add(used)
                waiting.append(used)
    return reached


def _select_items(tree: object) -> Iterator[dict[str, Any]]:
    """Every item of every SELECT list of a serialized query."""
    if isinstance(tree, list):
        for each in cast("list[object]", tree):
            yield from _select_items(each)
    elif isinstance(tree, dict):
        node = cast("dict[str, Any]", tree)
        yield from node.get("select_list") or []
        for each in node.values():
            yield from _select_items(each)


def _column_names(tree: object) -> Iterator[str]:
    if isinstance(tree, list):
        for each in cast("list[object]", tree):
            yield from _column_names(each)
    elif isinstance(tree, dict):
        node = cast("dict[str, Any]", tree)
        if node.get("class") == "COLUMN_REF":
            yield str(node["column_names"][-1])
        for each in node.values():
            yield from _column_names(each)


def _find_headers(
    source: Source, loaded: Mapping[str, Sequence[RawFile]], sql: str
) -> dict[str, list[tuple[str, str]]]:
    """By name (lower case) of the raw columns that a SELECT can read: the files and headers that carry it."""
    views = set(re.findall(r"\braw_(\w+)", sql))
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for table in source.tables:
        if table.name in views:
            for raw in loaded.get(table.name, ()):
                for name, header in _headers_of(table, raw):
                    found[name.lower()].append((raw.file.name, header))
    return found


def _headers_of(table: RawTable, raw: RawFile) -> Iterator[tuple[str, str]]:
    for name in table.columns:
        place = table.position(raw, name)
        if place is not None:
            yield name, raw.header[place]


def _is_all(sql: str) -> bool:
    """Whether it hands on every column under its own name, as the company's own files do."""
    return bool(re.match(r"\s*select \* from raw_\w+\s*$", sql))
