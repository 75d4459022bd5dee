"""The load's books: every row of every file ends as accepted, rejected, deleted or set aside."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import duckdb

from warehouse.contract import Table
from warehouse.errors import StandingError
from warehouse.reading.read import RawFile, Reject, keep_rejects, read_texts
from warehouse.reading.source import Source
from warehouse.staging.cast import staged

# By file: accepted, rejected, deleted, set aside.
Counts: TypeAlias = dict[str, tuple[int, int, int, int]]

BOOKS = """
create table load_files (
    file varchar, table_name varchar, rows_in bigint, accepted bigint, rejected bigint, deleted bigint,
    set_aside bigint, encoding varchar, dialect varchar, note varchar,
    is_derived boolean, load_id varchar
);
create table rejected_rows (
    file varchar, line bigint, table_name varchar, column_name varchar, reason varchar, row_text varchar
);
create table previous_files (
    file varchar, table_name varchar, rows_in bigint, accepted bigint, known_at timestamp
);
create table loads (load_id varchar, known_at timestamp, is_delta boolean, files integer);
create table load_notes (
    severity varchar, table_name varchar, file varchar, column_name varchar, message varchar, row_count bigint
);
create table table_status (table_name varchar, is_present boolean, accepted bigint, newest_on date);
create table build_info (
    as_of date, as_of_rule varchar, source_name varchar, reporting_currency varchar, built_from varchar,
    source_folder varchar, load_id varchar, known_at timestamp, layout_version integer, code_version varchar,
    code_hash varchar, terms varchar
);
"""


def account(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    tables: Iterable[Table],
    loaded: Mapping[str, Sequence[RawFile]],
    with_text: Callable[[RawFile], RawFile],
) -> None:
    """Book every loaded file, and keep its rejected rows whole, out of the file that `with_text` returns.

    A table's rows from a file that feeds another, and those that the SELECT marks with is_derived, are *derived*:
    booked as a line of their own. Raises StandingError where a row of a file is neither accepted, rejected, deleted nor
    set aside.
    """
    by_name = {raw.file.name: raw for files in loaded.values() for raw in files}
    for table in tables:
        own = {raw.file.name for raw in loaded.get(table.name, ())}
        counted, derived = _count(connection, table, own)
        for name in sorted(derived.keys() - by_name.keys()):
            raise StandingError(
                f'{source.path_of(table.name)} gives the source_file "{name}", which is no file of the export:'
                " pass on source_file and source_line of the raw table."
            )
        for name in sorted(own):
            _book_loaded(
                connection, source, table.name, by_name[name], counted.get(name, (0, 0, 0, 0))
            )
        for name in sorted(derived):
            rows = sum(derived[name])
            _book(connection, by_name[name], table.name, rows, derived[name], "", is_derived=True)
        for name in sorted(own | derived.keys()):
            _keep_rejected_rows(connection, source, table, by_name[name], with_text)


def _count(
    connection: duckdb.DuckDBPyConnection, table: Table, own: Iterable[str]
) -> tuple[Counts, Counts]:
    """Count the rows of each file by their end: those of the table's own files, and those that are derived."""
    rows = connection.execute(
        f"""
        select
            coalesce(source_file, '') as file_of_row,
            is_derived or not list_contains($own, coalesce(source_file, '')) as is_beside,
            count(*) filter (where status is null),
            count(*) filter (where status = 'rejected'),
            count(*) filter (where status = 'deleted'),
            count(*) filter (where status = 'set_aside')
        from {staged(table)}
        group by 1, 2
        """,
        {"own": list(own)},
    ).fetchall()
    counted: Counts = {}
    derived: Counts = {}
    for name, is_beside, *counts in rows:
        (derived if is_beside else counted)[name] = (counts[0], counts[1], counts[2], counts[3])
    return counted, derived


def _book_loaded(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    table_name: str,
    raw: RawFile,
    counts: tuple[int, int, int, int],
) -> None:
    if sum(counts) != raw.rows:
        raise StandingError(
            f"{raw.file.name} has {raw.rows} rows and the SELECT of {table_name} ({source.path_of(table_name)})"
            f" makes {sum(counts)} of them: it must give one row for each."
        )
    accepted, rejected, deleted, aside = counts
    counts = (accepted, rejected + raw.rejected, deleted, aside + raw.footer)
    _book(connection, raw, table_name, raw.rows + raw.rejected + raw.footer, counts, "")


def book_unused(connection: duckdb.DuckDBPyConnection, raw: RawFile, rows: int, note: str) -> None:
    """Book a file that no table uses: all its rows are set aside."""
    _book(connection, raw, None, rows, (0, 0, 0, rows), note)


def _book(
    connection: duckdb.DuckDBPyConnection,
    raw: RawFile,
    table_name: str | None,
    rows: int,
    counts: tuple[int, int, int, int],
    note: str,
    *,
    is_derived: bool = False,
) -> None:
    connection.execute(
        "insert into load_files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            raw.file.name,
            table_name,
            rows,
            *counts,
            raw.file.encoding,
            raw.delimiter,
            note,
            is_derived,
            raw.load_id,
        ],
    )


def add_note(
    connection: duckdb.DuckDBPyConnection, severity: str, table_name: str, file: str, message: str
) -> None:
    """Write a sentence to `load_notes`: `severity` is error, warning or info."""
    connection.execute(
        "insert into load_notes values (?, nullif(?, ''), ?, null, ?, null)",
        [severity, table_name, file, message],
    )


def _keep_rejected_rows(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    table: Table,
    raw: RawFile,
    with_text: Callable[[RawFile], RawFile],
) -> None:
    cursor = connection.cursor()
    cursor.execute(
        f"""
        select source_line, problem_column, reason
        from {staged(table)}
        where status = 'rejected' and source_file = ?
        order by source_line, problem_column, reason
        """,
        [raw.file.name],
    )
    rejects = _with_texts(cursor, raw, with_text, source.path_of(table.name))
    keep_rejects(connection, raw.file.name, table.name, rejects)


def _with_texts(
    cursor: duckdb.DuckDBPyConnection,
    raw: RawFile,
    with_text: Callable[[RawFile], RawFile],
    select: str,
) -> Iterator[Reject]:
    """Walk the rejected lines and the file side by side: both are in the order of lines.

    A line may come again where a SELECT makes several rows of it.
    """
    texts: Iterator[tuple[int, str]] | None = None
    last = (0, "")
    while found := cursor.fetchone():
        line, column, reason = found
        texts = texts or read_texts(with_text(raw))
        if last[0] != line:
            found_text = next((each for each in texts if each[0] == line), None)
            if found_text is None:
                raise StandingError(
                    f"{select} gives source_line {line}, where no row of {raw.file.name} begins: pass it on as it is."
                )
            last = found_text
        yield Reject(line, column, reason, last[1])
