"""The same loads give the same bytes in every table, whatever the threads do."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

import start
from warehouse.build import build
from warehouse.identifiers import quote_identifier
from warehouse.publish import open_published
from warehouse.settings import Settings


def hash_tables(warehouse: Path) -> dict[str, Any]:
    """Of each table the number of rows, and a hash over every row and its place."""
    with closing(open_published(warehouse).connection) as connection:
        names = connection.execute("select table_name from duckdb_tables()").fetchall()
        return {
            name: connection.execute(
                f"select count(*), bit_xor(hash(hash(stored), stored.rowid)) from {quote_identifier(name)} as stored"
            ).fetchone()
            for (name,) in names
        }


def test_building_twice_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the export with one thread, then three times from what is kept, with eight that all have something to do."""
    connect = duckdb.connect

    def with_threads(number: int) -> None:
        def connect_so(*args: Any, **more: Any) -> duckdb.DuckDBPyConnection:
            connection = connect(*args, **more)
            connection.execute(f"set threads = {number}")
            if number > 1:
                connection.execute("pragma verify_parallelism")
            return connection

        monkeypatch.setattr("warehouse.build.duckdb.connect", connect_so)

    with_threads(1)
    build(start.SAMPLE, tmp_path, Settings(), known_at=datetime(2026, 11, 16))
    monkeypatch.setattr("warehouse.build.duckdb.connect", connect)
    first = hash_tables(tmp_path)
    assert len(first) > 60
    for _ in range(3):
        with_threads(8)
        build(None, tmp_path, Settings())
        monkeypatch.setattr("warehouse.build.duckdb.connect", connect)
        again = hash_tables(tmp_path)
        assert again.keys() == first.keys()
        assert {name for name in first if again[name] != first[name]} == set()
