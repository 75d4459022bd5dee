"""The raw views that a source's SELECTs read: the columns of files under the names that source.toml gives them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import duckdb

from warehouse.identifiers import quote_identifier, quote_text
from warehouse.reading.read import RawFile
from warehouse.reading.source import ColumnsAsRows, RawTable
from warehouse.staging.cast import ISO_MOMENT

# Returns the SQL that reads a cell of a column: of which file, under which name, at which place.
ReadCell = Callable[[RawFile, str, int], str]


def wanted_positions(table: RawTable, raw: RawFile) -> list[int]:
    """The places of the columns of a file that anything reads."""
    own = {place for name in table.columns if (place := table.position(raw, name)) is not None}
    wide = {
        place
        for rows in table.columns_as_rows
        for places in match_headers(rows, raw).values()
        for place in places
    }
    return sorted(own | wide)


def match_headers(rows: ColumnsAsRows, raw: RawFile) -> dict[tuple[str, ...], list[int]]:
    """The places of the columns that become rows, by the values of the named groups."""
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, header in enumerate(raw.header):
        if found := rows.header.search(header):
            places[tuple(text or "" for text in found.groupdict().values())].append(place)
    return dict(places)


def bind_view(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    files: Sequence[RawFile],
    time_zone: str,
    read_cell: ReadCell = lambda raw, name, place: f"c{place}",
) -> None:
    """Create the view raw_<name>: the declared columns, null where a file lacks one, and where a row comes from.

    Columns as rows have a view each. Without a file the views are there and empty, so that the source's SELECTs
    always bind.
    """
    selects = [_select_file(table, raw, time_zone, read_cell) for raw in files]
    _create_view(connection, table.name, table.columns, selects)
    for rows in table.columns_as_rows:
        parts = [
            part for raw in files for part in _select_rows(table, rows, raw, time_zone, read_cell)
        ]
        _create_view(connection, rows.name, rows.columns, parts)


def _create_view(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Iterable[str], selects: list[str]
) -> None:
    if not selects:
        empty = [f"cast(null as varchar) as {quote_identifier(column)}" for column in columns]
        empty += ["'' as source_file", "cast(0 as bigint) as source_line"]
        selects = [f"select {', '.join(empty)} where false"]
    view = quote_identifier(f"raw_{name}")
    connection.execute(f"create temp view {view} as {' union all '.join(selects)}")


def _select_file(table: RawTable, raw: RawFile, time_zone: str, read_cell: ReadCell) -> str:
    columns = [_select_cell(table, raw, name, time_zone, read_cell) for name in table.columns]
    return f"select {', '.join([*columns, *_origin(raw)])} from {raw.table}"


def _select_rows(
    table: RawTable, rows: ColumnsAsRows, raw: RawFile, time_zone: str, read_cell: ReadCell
) -> list[str]:
    kept = [_select_cell(table, raw, name, time_zone, read_cell) for name in rows.keep]
    selects: list[str] = []
    for texts, places in match_headers(rows, raw).items():
        groups = [
            f"{quote_text(text)} as {quote_identifier(name)}"
            for name, text in zip(rows.header.groupindex, texts, strict=True)
        ]
        cells = [f"nullif(trim({read_cell(raw, rows.cell_name, place)}), '')" for place in places]
        value = f"coalesce({', '.join(cells)})"
        if "value" in rows.instants:
            value = _to_local(value, time_zone)
        columns = [*groups, *kept, f"{value} as value", *_origin(raw)]
        is_there = " || ".join(f"coalesce(trim(c{place}), '')" for place in places)
        selects.append(f"select {', '.join(columns)} from {raw.table} where {is_there} <> ''")
    return selects


def _select_cell(
    table: RawTable, raw: RawFile, name: str, time_zone: str, read_cell: ReadCell
) -> str:
    place = table.position(raw, name)
    cell = "cast(null as varchar)" if place is None else read_cell(raw, name, place)
    if name in table.instants and place is not None:
        cell = _to_local(cell, time_zone)
    return f"{cell} as {quote_identifier(name)}"


def _origin(raw: RawFile) -> tuple[str, str]:
    return f"{quote_text(raw.file.name)} as source_file", "source_line"


def _to_local(cell: str, time_zone: str) -> str:
    """A moment as text in the business time zone; a day without a time, or no moment at all, stays as it is."""
    local = f"timezone({quote_text(time_zone)}, try_cast({cell} as timestamptz))"
    is_moment = f"length({cell}) > 10 and regexp_full_match({cell}, {quote_text(ISO_MOMENT)})"
    if time_zone == "UTC":
        # A plain `2026-11-15 08:30:00` in UTC is what it says, and parsing it costs as much as reading it.
        is_moment = f"length({cell}) > 19 and {is_moment}"
    return f"case when {is_moment} then cast({local} as varchar) else {cell} end"
