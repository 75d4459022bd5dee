"""The one way into the ledger: a transaction that no other writer shares, and rows that are added."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.engine import URL

from ledger.database import VERSION, WAIT_SECONDS, open_engine

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do, as long as nobody else in the database takes it for a lock.
ADVISORY_LOCK = 5_374_616_900


@contextmanager
def write_ledger(url: URL) -> Generator[Connection]:
    """The ledger in one transaction, its tables made or brought up to date.

    Raises StandingError where the database cannot be reached or refuses.
    """
    with open_engine(url, "BEGIN IMMEDIATE") as engine, engine.begin() as connection:
        _prepare(connection)
        yield connection


@contextmanager
def try_ledger(url: URL) -> Generator[Connection]:
    """The same, and in the end all of it undone: for what is to be known before it is written.

    What takes long is computed between this and write_ledger, so that others can write meanwhile.
    """
    with (
        open_engine(url, "BEGIN IMMEDIATE") as engine,
        engine.connect() as connection,
        connection.begin() as transaction,
    ):
        _prepare(connection)
        yield connection
        transaction.rollback()


def _prepare(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"set local lock_timeout = '{WAIT_SECONDS}s'"))
        connection.execute(text(f"select pg_advisory_xact_lock({ADVISORY_LOCK})"))
    _migrate(connection)


def _migrate(connection: Connection) -> None:
    # Not at the top: a quarter of a second that a command which only reads need not wait.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, VERSION)


def last_id(ledger: Connection, table: Table) -> int:
    """The highest id of a table whose key is one number; 0 where it is empty."""
    (key,) = table.primary_key.columns
    return ledger.scalar(select(func.max(key))) or 0


def append(
    ledger: Connection, table: Table, cursor: duckdb.DuckDBPyConnection, origin: str, build: int
) -> int:
    """Add rows of DuckDB, all of one build, to a table of the ledger; return how many.

    Through the drivers' own ways, which are ten times as fast as statements made one by one.
    """
    names = [column.name for column in table.columns]
    # As text: SQLite has no dates of its own, and PostgreSQL reads them so.
    texts = {"period_start": "cast(period_start as varchar)", "build": str(build)}
    columns = ", ".join(texts.get(name, name) for name in names)
    rows = cursor.execute(f"select {columns} from {origin} order by all").fetchall()
    driver: Any = ledger.connection.driver_connection
    target = f"{table.name} ({', '.join(names)})"
    if ledger.dialect.name == "postgresql":
        with driver.cursor() as writer, writer.copy(f"copy {target} from stdin") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        holes = ", ".join("?" for _ in names)
        driver.executemany(f"insert into {target} values ({holes})", rows)
    return len(rows)
