"""After a build is published: write down its numbers of closed periods, and what they restate.

Only what is new or changed is added, so freezing the same build again adds nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
from sqlalchemy import Connection, insert, select

from ledger.bridge import build_bridges
from ledger.builds import (
    Build,
    describe_build,
    find_build,
    hash_definition,
    list_definitions,
    list_in_force,
)
from ledger.compare import compare
from ledger.database import ledger_url
from ledger.measure import list_slices, measure
from ledger.state import IN_USE, load_known, put_rows
from ledger.tables import BUILDS, DEFINITIONS, NUMBERS, RESTATEMENTS, SERIES, STEPS, USES
from ledger.writer import append, last_id, try_ledger, write_ledger
from metrics.periods import GRAINS
from metrics.registry import Metric, load_metrics
from warehouse.errors import StandingError
from warehouse.publish import build_path, published_build_id

# That of warehouse.publish: one process opens one file with one configuration.
CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "lock_configuration": "true",
}


@dataclass(frozen=True)
class Frozen:
    """What one freeze added."""

    numbers: int = 0
    restatements: int = 0


def freeze(
    warehouse: Path,
    progress: Callable[[str], None] = lambda message: None,
    *,
    missed: str | None = None,
    metrics: Mapping[str, Metric] | None = None,
) -> Frozen:
    """Freeze the published build, unless the ledger has it.

    missed is the build that was published before: where it was stopped before it was frozen, that
    is made up for first, or `progress` is told why it cannot be. Raises StandingError where nothing
    is published or the ledger cannot be written; the build stays published, and counts as missed
    for the next one.
    """
    chosen = list((load_metrics() if metrics is None else metrics).values())
    published = published_build_id(warehouse)
    if published is None:
        raise StandingError(f"There is no warehouse in {warehouse}: nothing can be frozen.")
    if missed and missed != published:
        try:
            _freeze(warehouse, missed, chosen, progress)
        except (StandingError, duckdb.Error) as error:
            reason = str(error).splitlines()[0]
            progress(f"The build {missed} before this one cannot be frozen: {reason}")
    return _freeze(warehouse, published, chosen, progress)


def _freeze(
    warehouse: Path,
    build_id: str,
    metrics: Sequence[Metric],
    progress: Callable[[str], None],
) -> Frozen:
    url = ledger_url(warehouse)
    with try_ledger(url) as ledger:
        if _is_frozen(ledger, build_id):
            return Frozen()
    with (
        duckdb.connect(str(build_path(warehouse, build_id)), True, CONFIGURATION) as connection,
        connection.cursor() as cursor,
    ):
        progress(f"Freezing the numbers of build {build_id}")
        measure(cursor, metrics, list_slices(cursor, GRAINS))
        while True:
            # Undone at its end and done again below, so that whoever writes a note need not wait for
            # what is computed in between.
            with try_ledger(url) as ledger:
                if _is_frozen(ledger, build_id):
                    return Frozen()
                before = find_build(ledger)
                now = describe_build(ledger, cursor, warehouse, build_id)
                in_use = _begin(ledger, metrics, before, now)
                put_rows(cursor, "in_use", in_use.rows, IN_USE)
                load_known(ledger, cursor, in_use.definitions)
                ids = last_id(ledger, SERIES), last_id(ledger, RESTATEMENTS)
            compare(cursor, *ids)
            build_bridges(cursor, warehouse, metrics, before, now, progress)
            with write_ledger(url) as ledger:
                # Where another build was frozen meanwhile, this one is to be compared with that.
                if last_id(ledger, BUILDS) < now.build:
                    _begin(ledger, metrics, before, now)
                    return _write(ledger, cursor, now)


def _is_frozen(ledger: Connection, build_id: str) -> bool:
    return bool(ledger.scalar(select(BUILDS.c.build).where(BUILDS.c.build_id == build_id)))


@dataclass(frozen=True)
class _InUse:
    """Of each metric its definition now and the one reported before; and all of these definitions."""

    rows: Sequence[tuple[str, int, int | None]]
    definitions: Sequence[int]


def _begin(
    ledger: Connection, metrics: Sequence[Metric], before: Build | None, now: Build
) -> _InUse:
    """Write the build, new definitions, and which are in force from now on."""
    ledger.execute(insert(BUILDS), asdict(now))
    reported = list_in_force(ledger, before.build) if before else {}
    known = list_definitions(ledger)
    hashes = {metric.id: hash_definition(metric) for metric in metrics}
    new = [metric for metric in metrics if (metric.id, hashes[metric.id]) not in known]
    for definition, metric in enumerate(new, start=last_id(ledger, DEFINITIONS) + 1):
        known[metric.id, hashes[metric.id]] = definition
        row = {
            "definition": definition, "metric": metric.id, "version": metric.version,
            "unit": metric.unit, "hash": hashes[metric.id], "sql": metric.sql,
        }  # fmt: skip
        ledger.execute(insert(DEFINITIONS), row)
    current = {metric.id: known[metric.id, hashes[metric.id]] for metric in metrics}
    changes = [
        {"metric": metric, "build": now.build, "definition": current.get(metric)}
        for metric in current.keys() | reported.keys()
        if current.get(metric) != reported.get(metric)
    ]
    if changes:
        ledger.execute(insert(USES), changes)
    return _InUse(
        [(metric, current[metric], reported.get(metric)) for metric in current],
        sorted({*current.values(), *reported.values()}),
    )


def _write(ledger: Connection, cursor: duckdb.DuckDBPyConnection, now: Build) -> Frozen:
    """Add what the tables of ledger.compare and ledger.bridge hold."""
    append(ledger, SERIES, cursor, "now_series where is_new", now.build)
    numbers = append(ledger, NUMBERS, cursor, "changed", now.build)
    restatements = append(ledger, RESTATEMENTS, cursor, "restated", now.build)
    append(ledger, STEPS, cursor, "steps", now.build)
    return Frozen(numbers, restatements)
