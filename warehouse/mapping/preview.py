"""What a mapping makes of an export: ten rows of every table, by the load itself, and why it rejects the others."""

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from warehouse.errors import CheckFailed, NoAsOfError, StandingError
from warehouse.identifiers import quote_identifier
from warehouse.kept.inputs import read_folder
from warehouse.mapping.draft import write_mapping
from warehouse.mapping.mapping import Mapping
from warehouse.settings import Settings
from warehouse.staging.load import load_export

ROWS = 10
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Preview:
    """Ten rows of each table, what became of the rows of each file, ten rejected rows of each table, and the notes.

    `problem` is the sentence with which a build would stop, empty where it would go on.
    """

    tables: dict[str, Rows]
    files: Rows
    rejected: dict[str, Rows]
    notes: Rows
    problem: str = ""


def preview(
    export: Path, mapping: Mapping, settings: Settings, as_of: date | None = None
) -> Preview:
    """Load an export with a mapping into a database in memory, and return what stands in it then.

    Raises NoAsOfError where the files do not say up to which day they are complete, and `as_of` is not given.
    """
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        source, workspace = Path(folder) / "mapping", Path(folder) / "workspace"
        problem = ""
        try:
            write_mapping(mapping, source)
            workspace.mkdir()
            inputs = read_folder(export, workspace, source)
            load_export(connection, inputs, settings, as_of, lambda _: None)
        except NoAsOfError:
            raise
        except (StandingError, CheckFailed) as error:
            problem = str(error).replace(str(source), mapping.name)
        return _read(connection, mapping, problem)


def _read(connection: duckdb.DuckDBPyConnection, mapping: Mapping, problem: str) -> Preview:
    there = {
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = current_database()"
        ).fetchall()
    }
    tables: dict[str, Rows] = {}
    rejected: dict[str, Rows] = {}
    for table in dict.fromkeys(file.table for file in mapping.files):
        if table in there:
            tables[table] = _rows(
                connection,
                "select * exclude (load_id)"
                f" replace (parse_filename(source_file) as source_file) from {quote_identifier(table)}"
                f" order by source_file, source_line limit {ROWS}",
            )
        if "rejected_rows" in there:
            rejected[table] = _rows(
                connection,
                "select parse_filename(file) as file, line, column_name, reason, row_text from rejected_rows"
                f" where table_name = ? order by file, line limit {ROWS}",
                [table],
            )
    return Preview(
        tables,
        _rows(
            connection,
            "select * replace (parse_filename(file) as file) from load_files order by file",
        )
        if "load_files" in there
        else [],
        rejected,
        _rows(connection, "from load_notes") if "load_notes" in there else [],
        problem,
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[str] | None = None
) -> Rows:
    result = connection.execute(sql, parameters or [])
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
