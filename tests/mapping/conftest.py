"""Looks at exports written from texts, guesses, and builds with the draft."""

from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest

from tests.mapping import exports
from warehouse.kept.inputs import read_folder
from warehouse.mapping.draft import write_mapping
from warehouse.mapping.guess import guess
from warehouse.mapping.look import look_at
from warehouse.mapping.mapping import Mapping
from warehouse.settings import Settings
from warehouse.staging.load import load_export

Guess = Callable[..., Mapping]
LoadDraft = Callable[..., duckdb.DuckDBPyConnection]


def guess_export(export: Path) -> Mapping:
    """The guess of an export."""
    with closing(look_at(export)) as look:
        return guess(look)


@pytest.fixture
def guess_of(tmp_path: Path) -> Guess:
    """The guess of an export written from texts."""

    def make(files: dict[str, str], encoding: str = "utf-8") -> Mapping:
        return guess_export(exports.write(tmp_path / "export", files, encoding))

    return make


def load_export_with(
    folder: Path, mapping: Mapping, settings: Settings | None = None, as_of: date | None = None
) -> duckdb.DuckDBPyConnection:
    """The load of folder/export by the draft of a mapping, as it is."""
    connection = duckdb.connect()
    with TemporaryDirectory() as workspace:
        source = Path(workspace) / "mapping"
        write_mapping(mapping, source)
        inputs = read_folder(folder / "export", Path(workspace), source)
        load_export(connection, inputs, settings or Settings(), as_of, lambda _: None)
    return connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    return connection.execute(sql).fetchall()


@pytest.fixture
def load_draft(tmp_path: Path, guess_of: Guess) -> LoadDraft:
    """The load of an export written from texts by the draft of its own guess."""

    def make(
        files: dict[str, str], encoding: str = "utf-8", as_of: date | None = None
    ) -> duckdb.DuckDBPyConnection:
        return load_export_with(tmp_path, guess_of(files, encoding), as_of=as_of)

    return make
