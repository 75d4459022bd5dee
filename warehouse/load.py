"""An export into the contract's tables: read, recognise, cast, link, convert; and account for every row."""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from warehouse.cast import RECORD_SEPARATOR, UNIT_SEPARATOR, staged, staging_sql
from warehouse.contract import Table, create_contract_tables, load_contract
from warehouse.errors import StandingError
from warehouse.files import find_files, scan_file
from warehouse.identifiers import quote_identifier, quote_text
from warehouse.link import (
    add_up_merged,
    keep_keys,
    link_merged_customers,
    reject_duplicates,
)
from warehouse.money import (
    check_mrr,
    choose_as_of,
    choose_currency,
    finish,
    refuse_unknown_currencies,
)
from warehouse.read import (
    RawFile,
    Reject,
    count_rows,
    keep_rejects,
    load_rows,
    read_header,
    read_texts,
)
from warehouse.recognise import (
    RawTable,
    Source,
    bind_view,
    check_columns,
    group_by_stem,
    load_company_source,
    recognise,
)
from warehouse.remarks import note_left_out, note_repeated_files
from warehouse.settings import Settings, store_settings

# Staged even without a file: others point to them, or the money needs them.
ALWAYS_STAGED = {"customers", "opportunities", "campaigns", "subscriptions", "exchange_rates"}
# One export is one load for now; a later one will carry its own name.
LOAD_ID = "load_1"

BOOKS = """
create table load_files (
    file varchar, table_name varchar, rows_in bigint, accepted bigint, rejected bigint, deleted bigint,
    set_aside bigint, encoding varchar, dialect varchar, note varchar
);
create table rejected_rows (
    file varchar, line bigint, table_name varchar, column_name varchar, reason varchar, row_text varchar
);
create table previous_files (
    file varchar, table_name varchar, rows_in bigint, accepted bigint, known_at timestamp
);
create table load_notes (
    severity varchar, table_name varchar, file varchar, column_name varchar, message varchar, row_count bigint
);
create table table_status (table_name varchar, is_present boolean, accepted bigint, newest_on date);
create table build_info (
    build_id varchar, as_of date, as_of_rule varchar, source_name varchar, reporting_currency varchar,
    built_from varchar
);
"""


def load_export(
    connection: duckdb.DuckDBPyConnection,
    export: Path,
    settings: Settings,
    as_of: date | None,
    progress: Callable[[str], None],
) -> None:
    """Fill the contract tables, the load's books and the settings of an empty database from an export.

    Every row of every file ends as accepted, rejected, deleted or set aside. Raises StandingError where the export
    cannot be used, CheckFailed where rejections remove more than 1 % of the MRR.
    """
    with _scratch(connection) as workspace:
        connection.execute(BOOKS)
        store_settings(connection, settings)
        files = _read_headers(connection, export, workspace)
        source = recognise(files, export)
        progress(f"Recognised {source.name} in {len(files)} files")
        loaded = _load_files(connection, source, files, settings, workspace, progress)
        tables = [
            table
            for name, table in load_contract().items()
            if name in loaded or name in ALWAYS_STAGED
        ]
        _stage_tables(connection, source, tables, as_of is None, progress)
        as_of, rule = choose_as_of(connection, tables, as_of, settings)
        currency, currency_rule = choose_currency(connection, tables, settings)
        refuse_unknown_currencies(connection, tables, currency, as_of, settings)
        _account(connection, loaded)
        for table in tables:
            note_left_out(connection, table)
            note_repeated_files(connection, table)
        _keep_rejected_rows(connection, loaded)
        create_contract_tables(connection)
        for table in tables:
            progress(f"Writing {table.name}")
            finish(connection, table, currency)
            add_up_merged(connection, table)
        connection.execute(
            "insert into build_info values (null, ?, ?, ?, ?, ?)",
            [as_of, f"{rule}; {currency_rule}", source.name, currency, str(export)],
        )
        _write_status(connection, loaded)
        check_mrr(connection, currency)


@contextmanager
def _scratch(connection: duckdb.DuckDBPyConnection) -> Generator[Path]:
    """A folder beside the database, with an attached database for what a build needs and nobody publishes."""
    database = connection.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchone()
    beside = Path(database[0]).parent if database and database[0] else None
    with tempfile.TemporaryDirectory(prefix="load-", dir=beside) as folder:
        workspace = Path(folder)
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach {quote_text(str(workspace / 'scratch.duckdb'))} as scratch")
        try:
            yield workspace
        finally:
            views = connection.execute(
                "select view_name from duckdb_views() where temporary and starts_with(view_name, 'raw_')"
            ).fetchall()
            for (view,) in views:
                connection.execute(f"drop view temp.{quote_identifier(view)}")
            connection.execute("detach scratch")


def _read_headers(
    connection: duckdb.DuckDBPyConnection, export: Path, workspace: Path
) -> list[RawFile]:
    """Scan the files; those that are no text are refused whole, and said so."""
    readable: list[RawFile] = []
    for number, found in enumerate(find_files(export, workspace)):
        file = scan_file(found, workspace)
        raw = RawFile(file, number, "", ()) if file.problem else read_header(file, number)
        if raw.file.problem:
            _note(connection, "warning", "", raw.file.name, raw.file.problem)
            _book_file(connection, raw, "", 0, raw.file.problem)
        readable.append(raw)
    return readable


def _load_files(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    files: Sequence[RawFile],
    settings: Settings,
    workspace: Path,
    progress: Callable[[str], None],
) -> dict[str, list[RawFile]]:
    """Load every file that a table uses; return the loaded files by contract table, and bind the raw views."""
    by_stem = group_by_stem(files)
    loaded: defaultdict[str, list[RawFile]] = defaultdict(list)
    used: set[str] = set()
    for table in (*source.tables, *load_company_source().tables):
        stem = table.file.lower()
        used.add(stem)
        mine = by_stem.get(stem, [])
        usable = [raw for raw in mine if not raw.file.problem]
        if table.is_needed and not usable:
            problem = f": {mine[0].file.problem}" if mine else ", which the export lacks: add it."
            raise StandingError(f"The {table.feeds} come from {table.file}.csv{problem}")
        for raw in usable:
            check_columns(table, raw)
        rows = [_load_file(connection, table, raw, workspace, progress) for raw in usable]
        if rows:
            loaded[table.feeds].extend(rows)
        bind_view(connection, table, rows, settings.time_zone)
    for raw in files:
        if raw.file.stem not in used and not raw.file.problem:
            _book_file(connection, raw, "", count_rows(connection, raw), "No table uses this file.")
    return dict(loaded)


def _load_file(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    raw: RawFile,
    workspace: Path,
    progress: Callable[[str], None],
) -> RawFile:
    progress(f"Reading {raw.file.name} ({raw.file.path.stat().st_size / 1e6:,.1f} MB)")
    rows = load_rows(connection, raw, table.columns, table.feeds, workspace)
    if rows.cut_line:
        sentence = (
            f"{raw.file.name} ends in the middle of a row (line {rows.cut_line}):"
            " the rest of the file may be missing; export it again."
        )
        _note(connection, "error", table.feeds, raw.file.name, sentence)
    return rows


def _stage_tables(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    tables: Sequence[Table],
    has_moments: bool,
    progress: Callable[[str], None],
) -> None:
    """Create the staged rows of every table: each typed and judged."""
    selects = {**load_company_source().selects, **source.selects}
    for table in tables:
        progress(f"Reading the values of {table.name}")
        select = selects.get(table.name, "select '' as source_file, 0 as source_line where false")
        given = {name for name, *_ in connection.execute(f"describe {select}").fetchall()}
        connection.execute(
            f"create table {staged(table)} as"
            f" {staging_sql(table, select, given, LOAD_ID, has_moments=has_moments)}"
        )
        reject_duplicates(connection, table)
        if table.name == "customers":
            link_merged_customers(connection)
        elif table.name in ("opportunities", "campaigns"):
            keep_keys(connection, table)
        _note_unreadable(connection, table)


def _note_unreadable(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Say of every optional column how many values became empty, with one of them."""
    connection.execute(
        f"""
        insert into load_notes
        with parts as (
            select
                source_file, source_line,
                string_split(unnest(string_split(unreadable, {RECORD_SEPARATOR})), {UNIT_SEPARATOR}) as part
            from {staged(table)}
            where status is null and unreadable is not null
        )
        select
            'warning', $table_name, source_file, part[1],
            'Values of ' || part[1] || ' that cannot be read count as empty, as "'
            || arg_min(part[2], source_line) || '" in line ' || min(source_line) || ' of ' || source_file || '.',
            count(*)
        from parts
        group by source_file, part[1]
        """,
        {"table_name": table.name},
    )


def _keep_rejected_rows(
    connection: duckdb.DuckDBPyConnection, loaded: dict[str, list[RawFile]]
) -> None:
    """Keep every rejected row whole, as it stands in its file."""
    for table_name, files in loaded.items():
        for raw in files:
            cursor = connection.cursor()
            cursor.execute(
                f"""
                select source_line, problem_column, reason
                from {staged(load_contract()[table_name])}
                where status = 'rejected' and source_file = ?
                order by source_line
                """,
                [raw.file.name],
            )
            keep_rejects(connection, raw.file.name, table_name, _with_texts(cursor, raw))


def _with_texts(cursor: duckdb.DuckDBPyConnection, raw: RawFile) -> Iterator[Reject]:
    """Walk the rejected lines and the file side by side: both are in the order of lines."""
    texts: Iterator[tuple[int, str]] | None = None
    while found := cursor.fetchone():
        line, column, reason = found
        texts = texts or read_texts(raw)
        text = next(text for number, text in texts if number == line)
        yield Reject(line, column, reason, text)


def _write_status(connection: duckdb.DuckDBPyConnection, loaded: dict[str, list[RawFile]]) -> None:
    for table in load_contract().values():
        newest = "null"
        if table.dated_by:
            day = f"cast({quote_identifier(table.dated_by)} as date)"
            newest = f"max({day}) filter (where {day} <= (select as_of from build_info))"
        connection.execute(
            f"insert into table_status select ?, ?, count(*), {newest} from {quote_identifier(table.name)}",
            [table.name, table.name in loaded],
        )


def _account(connection: duckdb.DuckDBPyConnection, loaded: dict[str, list[RawFile]]) -> None:
    """Book every file; raise where a row is neither accepted, rejected, deleted nor set aside."""
    for table_name, files in loaded.items():
        counted = {
            file: counts
            for file, *counts in connection.execute(f"""
                select
                    source_file,
                    count(*) filter (where status is null),
                    count(*) filter (where status = 'rejected'),
                    count(*) filter (where status = 'deleted'),
                    count(*) filter (where status = 'set_aside')
                from {staged(load_contract()[table_name])}
                group by source_file
            """).fetchall()
        }
        for raw in files:
            accepted, rejected, deleted, set_aside = counted.get(raw.file.name, (0, 0, 0, 0))
            if accepted + rejected + deleted + set_aside != raw.rows:
                raise StandingError(
                    f"{raw.file.name} has {raw.rows} rows and the SELECT of {table_name} makes"
                    f" {accepted + rejected + deleted + set_aside} of them: it must give one row for each."
                )
            connection.execute(
                "insert into load_files values (?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
                [
                    raw.file.name,
                    table_name,
                    raw.rows + raw.rejected,
                    accepted,
                    rejected + raw.rejected,
                    deleted,
                    set_aside,
                    raw.file.encoding,
                    raw.delimiter,
                ],
            )


def _book_file(
    connection: duckdb.DuckDBPyConnection, raw: RawFile, table_name: str, rows: int, note: str
) -> None:
    """Book a file that no table uses: all its rows are set aside."""
    connection.execute(
        "insert into load_files values (?, nullif(?, ''), ?, 0, 0, 0, ?, ?, ?, ?)",
        [raw.file.name, table_name, rows, rows, raw.file.encoding, raw.delimiter, note],
    )


def _note(
    connection: duckdb.DuckDBPyConnection, severity: str, table_name: str, file: str, message: str
) -> None:
    connection.execute(
        "insert into load_notes values (?, nullif(?, ''), ?, null, ?, null)",
        [severity, table_name, file, message],
    )
