"""Where a mapping says what: the line to edit for each column of the contract."""

import re
from pathlib import Path

import duckdb

from warehouse.contract import load_contract
from warehouse.reading.source import COMPANY_FILES, Source
from warehouse.rows import insert_rows

ROOT = Path(__file__).parents[2]


def keep_places(connection: duckdb.DuckDBPyConnection, source: Source, source_folder: str) -> None:
    """Create mapping_places (table_name, column_name, file, line, declared_in, declared_line).

    A place is the line of the SELECT that gives the column; line is null where the SELECT does not give it or is not
    there. declared_line is that of the table's first file in source.toml. `source_folder` is what the person calls
    the folder of the mapping, '' for one of ours. Plain files have no mapping, and so no place.
    """
    folder = source_folder or _shorten(source.folder)
    declared = source.folder / "source.toml" if source.folder else None
    text = declared.read_text(encoding="utf-8-sig") if declared and declared.is_file() else ""
    places: list[tuple[str, str, str, int | None, str, int | None]] = []
    for table in load_contract().values() if source.folder else ():
        if table.name in COMPANY_FILES:
            continue
        section = next((raw.name for raw in source.tables if raw.feeds == table.name), "")
        sql = source.selects.get(table.name, "")
        places += [
            (
                table.name, column.name, f"{folder}/{table.name}.sql", find_line(sql, column.name),
                f"{folder}/source.toml", find_section(text, section),
            )
            for column in table.columns
        ]  # fmt: skip
    connection.execute("""
        create table mapping_places (
            table_name varchar, column_name varchar, file varchar, line integer, declared_in varchar,
            declared_line integer
        )
    """)
    insert_rows(connection, "mapping_places", places)


def find_line(sql: str, column: str) -> int | None:
    """The line of a SELECT on which the expression of a column begins, None where it gives none."""
    lines = sql.splitlines()
    given = re.compile(rf'\bas\s+"?{re.escape(column)}"?\s*,?\s*$', re.IGNORECASE)
    for number, line in enumerate(lines):
        if not given.search(line):
            continue
        indent = len(line) - len(line.lstrip())
        if line.lstrip().lower().startswith("end "):
            while number and not re.match(rf"\s{{{indent}}}case\b", lines[number], re.IGNORECASE):
                number -= 1
        return number + 1
    return None


def find_section(text: str, name: str) -> int | None:
    """The line of [files.<name>] in a source.toml."""
    lines = text.splitlines()
    wanted = f"[files.{name}]"
    return next((number + 1 for number, line in enumerate(lines) if line.strip() == wanted), None)


def _shorten(folder: Path | None) -> str:
    """A folder of this repository by its path in it."""
    if folder is None:
        return ""
    return folder.relative_to(ROOT).as_posix() if folder.is_relative_to(ROOT) else str(folder)
