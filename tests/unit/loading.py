"""Small exports in Salesforce's layout, and their load, for the tests of the load."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from warehouse.kept.inputs import read_folder
from warehouse.settings import Settings
from warehouse.staging.load import load_export

AS_OF = date(2026, 11, 15)
ACCOUNTS = '"Id","IsDeleted","Name"\n"001A","0","Acme"\n"001B","0","Bolt"\n'
TERMS_HEADER = '"Id","Account__c","Start_Date__c","End_Date__c","MRR__c"\n'


def write_export(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files by name (without .csv) into a folder, beside two accounts unless Account is among them."""
    folder.mkdir(exist_ok=True)
    for name, content in {"Account": ACCOUNTS, **files}.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}.csv").write_bytes(data)
    return folder


def load(
    export: Path, settings: Settings | None = None, as_of: date | None = AS_OF
) -> duckdb.DuckDBPyConnection:
    """Load an export into a database in memory."""
    connection = duckdb.connect()
    with TemporaryDirectory() as workspace:
        inputs = read_folder(export, Path(workspace))
        load_export(connection, inputs, settings or Settings(), as_of, lambda _: None)
    check_accounts(connection)
    return connection


def check_accounts(connection: duckdb.DuckDBPyConnection) -> None:
    """No row is lost: the books balance, and every rejected row is kept."""
    assert not rows(
        connection, "from load_files where rows_in <> accepted + rejected + deleted + set_aside"
    )
    assert rows(connection, "select coalesce(sum(rejected), 0) from load_files") == rows(
        connection, "select count(*) from rejected_rows"
    )


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    return connection.execute(query).fetchall()


def rejections(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Return line, column and reason of the rejected rows."""
    return rows(
        connection, "select line, column_name, reason from rejected_rows order by file, line"
    )
