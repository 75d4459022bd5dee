"""What the ledger keeps of a build, and which definitions were in force in it."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import duckdb
from sqlalchemy import Connection, func, select

from ledger.tables import BUILDS, DEFINITIONS, USES
from metrics.registry import Metric
from warehouse.kept.loads import choose_state, list_loads
from warehouse.publish import build_path
from warehouse.settings import Settings


@dataclass(frozen=True)
class Build:
    """A row of the ledger's table builds; times are UTC without a zone."""

    build: int
    build_id: str
    load_id: str
    known_at: datetime
    reported_at: datetime
    as_of: date
    currency: str
    code_version: str
    code_hash: str
    settings_hash: str
    source_hash: str
    terms: str | None


def describe_build(
    ledger: Connection, cursor: duckdb.DuckDBPyConnection, warehouse: Path, build_id: str
) -> Build:
    """A build that is about to be frozen.

    Its numbers count as reported when its newest load became known; where the ledger has that load
    already (the code or the settings changed), when the build was made.
    """
    cursor.execute("select * from build_info")
    names = [column[0] for column in cursor.description or []]
    info: dict[str, Any] = dict(zip(names, cursor.fetchone() or (), strict=True))
    is_known = ledger.scalar(select(BUILDS.c.build).where(BUILDS.c.load_id == info["load_id"]))
    made_at = datetime.fromtimestamp(build_path(warehouse, build_id).stat().st_mtime, UTC)
    return Build(
        build=(ledger.scalar(select(func.max(BUILDS.c.build))) or 0) + 1,
        build_id=build_id,
        load_id=info["load_id"],
        known_at=to_utc(info["known_at"]),
        reported_at=to_utc(made_at if is_known else info["known_at"]),
        as_of=info["as_of"],
        currency=info["reporting_currency"],
        code_version=info["code_version"],
        code_hash=info["code_hash"],
        settings_hash=hash_settings(cursor),
        source_hash=hash_sources(warehouse, info["load_id"]),
        terms=info["terms"],
    )


def find_build(ledger: Connection, until: datetime | None = None) -> Build | None:
    """The newest build of the ledger, of those reported before a moment."""
    query = select(BUILDS).order_by(BUILDS.c.build.desc()).limit(1)
    if until is not None:
        query = query.where(BUILDS.c.reported_at < until)
    row = ledger.execute(query).one_or_none()
    return Build(*row) if row else None


def list_in_force(ledger: Connection, build: int) -> dict[str, int]:
    """The definition of each metric that was in force in a build."""
    newest = (
        select(USES.c.metric, func.max(USES.c.build).label("build"))
        .where(USES.c.build <= build)
        .group_by(USES.c.metric)
        .subquery()
    )
    rows = ledger.execute(
        select(USES.c.metric, USES.c.definition).join(
            newest, (USES.c.metric == newest.c.metric) & (USES.c.build == newest.c.build)
        )
    )
    return {metric: definition for metric, definition in rows if definition is not None}


def list_definitions(ledger: Connection) -> dict[tuple[str, str], int]:
    """Every definition that the ledger ever used, by metric and hash."""
    rows = ledger.execute(
        select(DEFINITIONS.c.metric, DEFINITIONS.c.hash, DEFINITIONS.c.definition)
    )
    return {(metric, digest): definition for metric, digest, definition in rows}


def read_settings(cursor: duckdb.DuckDBPyConnection) -> Settings:
    """The settings that a build was made with."""
    (values,) = cursor.execute("select * from settings").fetchall()
    names = [column[0] for column in cursor.description or []]
    given: dict[str, Any] = dict(zip(names, values, strict=True))
    for name, value in given.items():
        if isinstance(value, list):
            given[name] = tuple(cast("list[str]", value))
    return Settings(**given)


def hash_settings(cursor: duckdb.DuckDBPyConnection) -> str:
    """Of all settings that a build used."""
    values = cursor.execute("select key, value from setting_values order by key").fetchall()
    return sha256(json.dumps(values).encode()).hexdigest()


def hash_definition(metric: Metric) -> str:
    """What gives the number its meaning: SQL and the header's fields that are computed with.

    Words are not in it, so a better caveat starts no new series.
    """
    meaning = (
        " ".join(metric.sql.split()), metric.unit, metric.version, metric.interval,
        metric.members, metric.tables, metric.settings,
    )  # fmt: skip
    return sha256(json.dumps(meaning).encode()).hexdigest()


def hash_sources(warehouse: Path, load_id: str) -> str:
    """Of the files, by name and content, that a build was made from: its newest load and those under it."""
    loads = list_loads(warehouse)
    places = [place for place, load in enumerate(loads, start=1) if load.load_id == load_id]
    state = choose_state(loads[: places[0]]) if places else []
    files = [(kept.name, kept.sha256) for load in state for kept in load.files]
    return sha256(json.dumps([load_id, files]).encode()).hexdigest()


def to_utc(moment: datetime) -> datetime:
    """A moment in UTC, without a zone."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
