"""The forms of a file's dates and amounts, found once and used wherever its cells are read."""

import json
import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager

import duckdb

from warehouse.reading.amounts import find_amount_form
from warehouse.reading.dates import (
    Column,
    Found,
    Template,
    find_date_form,
    is_plain,
    read_given_format,
)
from warehouse.reading.read import RawFile
from warehouse.reading.source import RawTable
from warehouse.reading.undecided import Question, UndecidedError
from warehouse.settings import Settings
from warehouse.staging.books import add_note
from warehouse.staging.views import ReadCell, match_headers


def find_forms(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    files: Sequence[RawFile],
    settings: Settings,
) -> ReadCell:
    """Return what reads a cell of the files' columns, and note every form that had to be found out.

    Raises UndecidedError with every column whose form cannot be told, and StandingError, naming the file and the
    column, where one contradicts itself.
    """
    templates: dict[tuple[int, str], Template] = {}
    questions: list[Question] = []
    for raw in files:
        for name, found in _find_in_file(connection, table, raw, settings, questions).items():
            templates[raw.number, name] = found.template
            if found.note:
                add_note(connection, "info", table.feeds, raw.file.name, found.note)
    if questions:
        raise UndecidedError(list(dict.fromkeys(questions)))

    def read_cell(raw: RawFile, name: str, place: int) -> str:
        template = templates.get((raw.number, name))
        return template(f"c{place}") if template else f"c{place}"

    return read_cell


def _find_in_file(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    raw: RawFile,
    settings: Settings,
    questions: list[Question],
) -> Mapping[str, Found]:
    """Return how the columns of a file are read, and add to `questions` what cannot be told."""
    dates = {
        name: [place]
        for name in sorted(table.dates | table.instants)
        if (place := table.position(raw, name)) is not None
    }
    for rows in table.columns_as_rows:
        places = [place for each in match_headers(rows, raw).values() for place in each]
        if places and (rows.dates | rows.instants):
            dates[rows.cell_name] = places
    found: dict[str, Found] = {}
    odd = _list_odd(connection, raw, dates)
    for name in (name for name in dates if name in odd or name in table.date_formats):
        column = _column(table, raw, name, dates[name], "date_formats", '"%d/%m/%Y"')
        given = table.date_formats.get(name)
        if given:
            found[name] = read_given_format(connection, column, given)
            continue
        with _asking(questions):
            found[name] = find_date_form(connection, column, settings.date_order)
    for name in sorted(table.amounts):
        place = table.position(raw, name)
        if place is not None:
            column = _column(table, raw, name, [place], "decimal_marks", '","')
            given = table.decimal_marks.get(name, "")
            with _asking(questions):
                found[name] = find_amount_form(
                    connection,
                    column,
                    settings.decimal_mark,
                    given,
                    is_machine=table.has_machine_numbers,
                )
    return found


@contextmanager
def _asking(questions: list[Question]) -> Generator[None]:
    """What cannot be told is asked together with the rest."""
    try:
        yield
    except UndecidedError as error:
        questions += error.questions


def _list_odd(
    connection: duckdb.DuckDBPyConnection, raw: RawFile, columns: Mapping[str, Sequence[int]]
) -> list[str]:
    """The columns that hold anything but ISO dates, by one pass over the file."""
    if not columns:
        return []
    flags = [
        " or ".join(f"not {is_plain(cell)}" for cell in (f"c{place}" for place in places))
        for places in columns.values()
    ]
    asked = ", ".join(f"bool_or({flag})" for flag in flags)
    found = connection.execute(f"select {asked} from {raw.table}").fetchone()
    return [name for name, is_odd in zip(columns, found or (), strict=True) if is_odd]


def _column(
    table: RawTable, raw: RawFile, name: str, places: Sequence[int], key: str, value: str
) -> Column:
    key_name = name if re.fullmatch(r"[\w-]+", name, re.ASCII) else json.dumps(name)
    return Column(
        table=raw.table,
        cells=[f"c{place}" for place in places],
        file=raw.file.name,
        header=f'"{raw.header[places[0]]}"',
        line=f"[files.{table.name}.{key}] {key_name} = {value}",
    )
