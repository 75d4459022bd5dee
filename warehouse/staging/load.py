"""An export into the contract's tables: read, recognise, cast, link, convert; and account for every row."""

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from warehouse.contract import Table, create_contract_tables, load_contract
from warehouse.errors import StandingError
from warehouse.identifiers import quote_identifier, quote_text
from warehouse.kept.inputs import Inputs
from warehouse.kept.known import note_missing_customers, write_loads
from warehouse.kept.parsed import Parsed
from warehouse.reading.places import keep_places
from warehouse.reading.plain import find_birth_dates, load_company_source
from warehouse.reading.read import RawFile
from warehouse.reading.recognise import assign_files, check_columns, list_names, recognise
from warehouse.reading.source import RawTable, Source, load_source
from warehouse.reading.undecided import Question, UndecidedError, refuse_open_questions
from warehouse.settings import Settings, store_settings
from warehouse.staging.books import BOOKS, account, add_note, book_unused
from warehouse.staging.cast import staged
from warehouse.staging.control import keep_left_out
from warehouse.staging.forms import find_forms
from warehouse.staging.lineage import keep_mapping
from warehouse.staging.link import add_up_merged
from warehouse.staging.money import (
    check_mrr,
    choose_as_of,
    choose_currency,
    finish,
    refuse_unknown_currencies,
)
from warehouse.staging.remarks import (
    note_left_out,
    note_open_cases,
    note_repeated_files,
    note_unmarked_complaints,
)
from warehouse.staging.stage import stage_tables
from warehouse.staging.terms import settle_terms
from warehouse.staging.views import bind_view, wanted_positions
from warehouse.version import LAYOUT_VERSION, code_hash, code_version

# Staged even without a file: others point to them, or the money needs them.
ALWAYS_STAGED = {
    "customers", "opportunities", "campaigns", "subscriptions", "exchange_rates", "control_totals",
}  # fmt: skip


def load_export(
    connection: duckdb.DuckDBPyConnection,
    inputs: Inputs,
    settings: Settings,
    as_of: date | None,
    progress: Callable[[str], None],
) -> Parsed:
    """Fill the contract tables, the load's books and the settings of an empty database from the files of loads.

    Every row of every file ends as accepted, rejected, deleted or set aside. Returns what was parsed. Raises
    StandingError where the files cannot be used, CheckFailed where rejections remove more than 1 % of the MRR.
    """
    with _scratch(connection, inputs.workspace):
        connection.execute(BOOKS)
        store_settings(connection, settings)
        write_loads(connection, inputs)
        parsed = Parsed(connection, inputs, progress)
        files = _read_headers(connection, inputs, parsed)
        source = (
            load_source(inputs.source)
            if inputs.source
            else recognise(files, Path(inputs.made_from))
        )
        progress(f"Recognised {source.name} in {len(files)} files")
        source = _with_company_files(source)
        loaded = _load_files(connection, source, files, settings, parsed, inputs)
        tables = _find_tables(source, loaded)
        stage_tables(connection, source, tables, inputs, as_of is None, progress)
        known_on = (inputs.state[-1].known_at if inputs.state else datetime.now(UTC)).date()
        born_on = find_birth_dates(source)
        as_of, rule = choose_as_of(connection, tables, as_of, settings, born_on, known_on)
        currency, currency_rule = choose_currency(connection, tables, as_of, settings)
        refuse_unknown_currencies(connection, tables, currency, as_of, settings)
        by_table = _group_by_table(source, loaded)
        account(connection, source, tables, by_table, parsed.with_text)
        note_missing_customers(connection, inputs, currency)
        for table in tables:
            note_left_out(connection, table)
            note_repeated_files(connection, table)
        keep_left_out(connection, tables, as_of)
        keep_mapping(connection, source, tables, loaded)
        keep_places(connection, source, inputs.source_folder)
        present = _list_present(connection, source, tables, loaded)
        create_contract_tables(connection)
        for table in tables:
            progress(f"Writing {table.name}")
            finish(connection, table, currency)
            add_up_merged(connection, table)
        rules = f"{rule}; {currency_rule}"
        _write_build_info(connection, inputs, as_of, rules, source.name, currency)
        _write_status(connection, present)
        settle_terms(connection)
        note_open_cases(connection)
        note_unmarked_complaints(connection)
        check_mrr(connection, currency)
    return parsed


@contextmanager
def _scratch(connection: duckdb.DuckDBPyConnection, workspace: Path) -> Generator[None]:
    """An attached database for what a build needs and nobody publishes."""
    connection.execute("set timezone = 'UTC'")
    connection.execute(f"attach {quote_text(str(workspace / 'scratch.duckdb'))} as scratch")
    try:
        yield
    finally:
        views = connection.execute(
            "select view_name from duckdb_views() where temporary and starts_with(view_name, 'raw_')"
        ).fetchall()
        for (view,) in views:
            connection.execute(f"drop view temp.{quote_identifier(view)}")
        connection.execute("detach scratch")


def _read_headers(
    connection: duckdb.DuckDBPyConnection, inputs: Inputs, parsed: Parsed
) -> list[RawFile]:
    """Scan the files; those that are no text are refused whole, and said so."""
    readable: list[RawFile] = []
    for number in range(len(inputs.files)):
        raw = parsed.open_file(number)
        if raw.file.problem:
            add_note(connection, "warning", "", raw.file.name, raw.file.problem)
            book_unused(connection, raw, 0, raw.file.problem)
        readable.append(raw)
    return readable


def _with_company_files(source: Source) -> Source:
    """A source with the company's own files beside its own; what the source declares itself is the source's."""
    company = load_company_source()
    declared = {table.name for table in source.tables} | set(source.selects)
    tables = [table for table in company.tables if table.name not in declared]
    selects = {table.feeds: company.selects[table.feeds] for table in tables}
    return replace(source, tables=(*source.tables, *tables), selects={**selects, **source.selects})


def _load_files(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    files: Sequence[RawFile],
    settings: Settings,
    parsed: Parsed,
    inputs: Inputs,
) -> dict[str, list[RawFile]]:
    """Load every file that a table uses; return the loaded files by raw table, and bind the raw views.

    A mapping of one's own is refused with all its open questions at once.
    """
    assigned = assign_files(source.tables, files)
    used = {raw.number for mine in assigned.values() for raw in mine}
    if source.tables and not used:
        raise StandingError(
            f"No file of the export is one that {source.name} declares: it holds {list_names(files)}."
            " Give `file` or `identified_by` of source.toml the names or the headers of yours."
        )
    loaded: dict[str, list[RawFile]] = {}
    questions: list[Question] = []
    for table in source.tables:
        mine = assigned.get(table.name, [])
        usable = [raw for raw in mine if not raw.file.problem]
        if table.is_needed and not usable:
            problem = f": {mine[0].file.problem}" if mine else ", which the export lacks: add it."
            raise StandingError(f"The {table.feeds} come from {_describe(table)}{problem}")
        for raw in usable:
            check_columns(table, raw)
        rows = [_load_file(connection, table, raw, parsed) for raw in usable]
        if rows:
            loaded[table.name] = rows
        try:
            read_cell = find_forms(connection, table, rows, settings)
        except UndecidedError as error:
            if not source.is_own:
                raise
            questions += error.questions
            continue
        bind_view(connection, table, rows, settings.time_zone, read_cell)
    if source.folder:
        refuse_open_questions(questions, source.folder, inputs.source_folder)
    for raw in files:
        if raw.number not in used and not raw.file.problem:
            book_unused(connection, raw, parsed.count(raw), "No table uses this file.")
    return loaded


def _describe(table: RawTable) -> str:
    """What a file of a table is recognised by."""
    if table.stems:
        return f"{table.stems[0]}.csv"
    named = " and ".join(f'"{header}"' for header in table.identified_by[0])
    return f"a file with the columns {named}"


def _load_file(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    raw: RawFile,
    parsed: Parsed,
) -> RawFile:
    rows = parsed.load(raw, wanted_positions(table, raw), table.feeds, has_footer=table.has_footer)
    for column, remark in table.without.items():
        if table.position(raw, column) is None:
            add_note(connection, "info", table.feeds, raw.file.name, f"{raw.file.name}: {remark}")
    if rows.footer:
        sentence = f"{rows.footer} rows of {raw.file.name} are set aside: the footer of the report."
        add_note(connection, "info", table.feeds, raw.file.name, sentence)
    if rows.cut_line:
        sentence = (
            f"{raw.file.name} ends in the middle of a row (line {rows.cut_line}):"
            " the rest of the file may be missing; export it again."
        )
        add_note(connection, "error", table.feeds, raw.file.name, sentence)
    return rows


def _find_tables(source: Source, loaded: Mapping[str, Sequence[RawFile]]) -> list[Table]:
    """The tables to be staged: those whose SELECT reads a raw view that has a file, and ALWAYS_STAGED."""
    views = {
        f"raw_{name}"
        for table in source.tables
        if table.name in loaded
        for name in (table.name, *(rows.name for rows in table.columns_as_rows))
    }
    return [
        table
        for name, table in load_contract().items()
        if name in ALWAYS_STAGED
        or views & set(re.findall(r"\braw_\w+", source.selects.get(name, "")))
    ]


def _group_by_table(
    source: Source, loaded: Mapping[str, Sequence[RawFile]]
) -> dict[str, list[RawFile]]:
    """The loaded files by the contract table that they feed."""
    grouped: dict[str, list[RawFile]] = {}
    for table in source.tables:
        if table.name in loaded:
            grouped.setdefault(table.feeds, []).extend(loaded[table.name])
    return grouped


def _list_present(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    tables: Sequence[Table],
    loaded: Mapping[str, Sequence[RawFile]],
) -> set[str]:
    """The tables that the export has: a file feeds them, or rows were derived for them."""
    fed = {raw.feeds for raw in source.tables if raw.name in loaded and not raw.is_extra}
    return fed | {
        table.name
        for table in tables
        if connection.execute(
            f"select 1 from {staged(table)} where status is null or status = 'rejected' limit 1"
        ).fetchone()
    }


def _write_build_info(
    connection: duckdb.DuckDBPyConnection,
    inputs: Inputs,
    as_of: date,
    rules: str,
    source_name: str,
    currency: str,
) -> None:
    newest = inputs.state[-1] if inputs.state else None
    values = {
        "as_of": as_of,
        "as_of_rule": rules,
        "source_name": source_name,
        "reporting_currency": currency,
        "built_from": inputs.made_from,
        "source_folder": inputs.source_folder or None,
        "load_id": newest.load_id if newest else None,
        "known_at": newest.known_at if newest else None,
        "layout_version": LAYOUT_VERSION,
        "code_version": code_version(),
        "code_hash": code_hash(),
    }
    connection.execute(
        f"insert into build_info ({', '.join(values)}) values ({', '.join('?' for _ in values)})",
        [*values.values()],
    )


def _write_status(connection: duckdb.DuckDBPyConnection, present: set[str]) -> None:
    """One statement for all tables: a small export would spend more on starting them than on its rows."""
    counts: list[str] = []
    for table in load_contract().values():
        newest = "null"
        if table.dated_by:
            day = f"cast({quote_identifier(table.dated_by)} as date)"
            newest = f"max({day}) filter (where {day} <= (select as_of from build_info))"
        counts.append(
            f"select {quote_text(table.name)}, {table.name in present}, count(*), {newest}"
            f" from {quote_identifier(table.name)}"
        )
    connection.execute(f"insert into table_status {' union all '.join(counts)}")
