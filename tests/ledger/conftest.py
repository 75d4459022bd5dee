"""The ledger on SQLite and on PostgreSQL: a test that takes `company` runs on both."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ledger.database import VARIABLE
from metrics.registry import load_metrics
from tests import postgres
from tests.ledger.company import METRICS, Company

DATABASES = count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own."""
    programs = postgres.find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL here: `python tests/postgres.py` installs one on Debian as root")
    with postgres.serve(programs) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The URL of an empty database."""
    name = f"ledger_{next(DATABASES)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    return f"{postgres_server.rpartition('/')[0]}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def company(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Company:
    """An empty warehouse and an empty ledger."""
    monkeypatch.delenv(VARIABLE, raising=False)
    if request.param == "postgresql":
        monkeypatch.setenv(VARIABLE, request.getfixturevalue("postgres_url"))
    metrics = load_metrics()
    return Company(tmp_path, {name: metrics[name] for name in METRICS})
