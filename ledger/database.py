"""Where the ledger is: a SQLite file in the warehouse's folder, or the database that STANDING_LEDGER names."""

import os
import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from warehouse.errors import StandingError
from warehouse.home import is_sample

VARIABLE = "STANDING_LEDGER"
FILE = "ledger.sqlite"
# The migration that this code reads and writes.
VERSION = "0003"
WAIT_SECONDS = 30


def ledger_url(warehouse: Path) -> URL:
    """The ledger's address; printed, it hides its password. The sample has a file of its own.

    Raises StandingError for an address that is neither PostgreSQL's nor SQLite's.
    """
    given = os.environ.get(VARIABLE)
    if not given or is_sample(warehouse):
        return URL.create("sqlite", database=str(warehouse / FILE))
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        url = URL.create("none")
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database:
        return url
    # What was given is not shown: it may hold a password.
    raise StandingError(
        f"{VARIABLE} is not the address of a database that can hold the ledger: write it like"
        " postgresql://user:password@host/database, or leave it empty for a file in the warehouse."
    )


@contextmanager
def read_ledger(url: URL) -> Generator[Connection | None]:
    """The ledger as of one moment, for reading only; None where none has been begun.

    Raises StandingError where it cannot be reached, or is of another version of the code.
    """
    is_file = url.get_backend_name() == "sqlite"
    if is_file and not Path(url.database or "").exists():
        yield None
        return
    with open_engine(url, "BEGIN", is_read_only=True) as engine, engine.begin() as connection:
        if not inspect(connection).has_table("alembic_version"):
            yield None
            return
        version = connection.scalar(text("select version_num from alembic_version"))
        if version != VERSION:
            raise StandingError(
                "The ledger was written by another version of the code: run a build with this one."
            )
        yield connection


@contextmanager
def open_engine(url: URL, begin: str, *, is_read_only: bool = False) -> Generator[Engine]:
    """An engine for one piece of work; begin is how SQLite begins a transaction.

    Raises StandingError for whatever the database refuses.
    """
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "").absolute().as_uri()
        address = URL.create(
            "sqlite",
            database=path,
            query={"uri": "true", "mode": "ro" if is_read_only else "rwc"},
        )
        engine = create_engine(address, connect_args={"timeout": WAIT_SECONDS})
        # Python's driver would begin too late, and not before tables are made.
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", _begin_with(begin))
    else:
        # By itself PostgreSQL shows each statement what was committed by then: no single moment.
        reading = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        options = reading if is_read_only else {}
        engine = create_engine(url, connect_args={"connect_timeout": 5}, execution_options=options)
    try:
        yield engine
    # The writer asks the driver itself.
    except (SQLAlchemyError, sqlite3.Error, psycopg.Error) as error:
        # The driver's message alone: SQLAlchemy's adds the statement and its values.
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StandingError(
            f"The ledger at {url.render_as_string(hide_password=True)} cannot be used: {cause}."
        ) from None
    finally:
        engine.dispose()


def _begin_with(statement: str) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin


def _leave_transactions_to_us(connection: object, record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]
