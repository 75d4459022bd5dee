"""What a metric was on a day of the past: as it was reported then, digit by digit."""

import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
from sqlalchemy import Connection, func, select

from ledger.builds import Build, find_build, hash_settings, list_in_force, read_settings
from ledger.compare import GONE
from ledger.database import ledger_url, read_ledger
from ledger.digits import to_number
from ledger.tables import DEFINITIONS, NUMBERS, SERIES
from metrics.basis import INFERRED_TERMS, reads_terms
from metrics.engine import Record, evaluate
from metrics.registry import Metric
from warehouse.build import rebuild
from warehouse.errors import StandingError
from warehouse.publish import open_published
from warehouse.version import code_hash, code_version


@dataclass(frozen=True)
class Asked:
    """What `show` was asked for: metrics by id, the slice, and which periods."""

    metrics: Sequence[Metric]
    grain: str
    dimension: str | None
    period: date | None
    last: int | None


@dataclass(frozen=True)
class AsKnown:
    """The records of a day, the currency of their money, and a sentence on where they come from.

    has_own_settings: the settings that they were made with are not those of now, and are not kept.
    """

    records: list[Record]
    currency: str
    origin: str
    has_own_settings: bool = False


def end_of_day(day: date, time_zone: str) -> datetime:
    """The first moment after a day of the business time zone, in UTC without a zone."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone))
    return midnight.astimezone(UTC).replace(tzinfo=None)


def read_as_known(
    warehouse: Path, day: date, time_zone: str, asked: Asked
) -> tuple[Build | None, AsKnown | None]:
    """The build whose numbers were reported last by the end of a day, and what of it is frozen.

    (None, None) where no build was frozen by then; no AsKnown where it did not freeze what is
    asked: an open period, or a dimension that the settings of then left out.
    """
    with read_ledger(ledger_url(warehouse)) as ledger:
        build = find_build(ledger, end_of_day(day, time_zone)) if ledger else None
        if ledger is None or build is None:
            return None, None
        in_force = list_in_force(ledger, build.build)
        records: list[Record] = []
        for metric in asked.metrics:
            if metric.id not in in_force:
                raise StandingError(f"There was no metric {metric.id} on {day}.")
            found = _read_records(ledger, build, in_force[metric.id], metric, asked)
            if not found:
                return build, None
            records += found
    origin = f"As known on {day}: build {build.build_id}, reported {build.reported_at:%Y-%m-%d %H:%M} UTC."
    return build, AsKnown(records, build.currency, origin)


def _read_records(
    ledger: Connection, build: Build, definition: int, metric: Metric, asked: Asked
) -> list[Record]:
    wanted = [
        SERIES.c.definition == definition,
        SERIES.c.grain == asked.grain,
        SERIES.c.dimension == (asked.dimension or ""),
        NUMBERS.c.build <= build.build,
    ]
    if asked.period is not None:
        wanted.append(NUMBERS.c.period_start == asked.period)
    newest = (
        select(NUMBERS.c.series, NUMBERS.c.period_start, func.max(NUMBERS.c.build).label("build"))
        .join(SERIES, NUMBERS.c.series == SERIES.c.series)
        .where(*wanted)
        .group_by(NUMBERS.c.series, NUMBERS.c.period_start)
        .subquery()
    )
    rows = ledger.execute(
        select(NUMBERS, SERIES.c.breakdown, SERIES.c.member, DEFINITIONS.c.unit)
        .join(
            newest,
            (NUMBERS.c.series == newest.c.series)
            & (NUMBERS.c.period_start == newest.c.period_start)
            & (NUMBERS.c.build == newest.c.build),
        )
        .join(SERIES, NUMBERS.c.series == SERIES.c.series)
        .join(DEFINITIONS, SERIES.c.definition == DEFINITIONS.c.definition)
        .where(func.coalesce(NUMBERS.c.reason, "") != GONE)
    ).all()
    is_inferred = build.terms == "inferred" and reads_terms(metric.tables)
    basis = INFERRED_TERMS if is_inferred else None
    order = {member: position for position, member in enumerate(metric.members)}
    records = sorted(
        (
            Record(
                metric=metric.id,
                grain=asked.grain,
                period_start=row.period_start,
                dimension=asked.dimension,
                breakdown=row.breakdown or None,
                member=row.member or None,
                value=to_number(row.value, row.kinds[0]),
                numerator=to_number(row.numerator, row.kinds[1]),
                denominator=to_number(row.denominator, row.kinds[2]),
                low=row.low,
                high=row.high,
                unit=row.unit,
                reason=row.reason,
                basis=basis,
            )
            for row in rows
        ),
        key=lambda each: (
            each.period_start, each.breakdown or "", order.get(each.member or "", 0), each.member or "",
        ),
    )  # fmt: skip
    if asked.last is None:
        return records
    kept = set(sorted({each.period_start for each in records})[-asked.last :])
    return [each for each in records if each.period_start in kept]


def recall(warehouse: Path, day: date, asked: Asked) -> AsKnown:
    """What was known on a day: as it was frozen, else computed again from the loads of that day.

    Raises StandingError where nothing was known yet, and where what was not frozen can no longer be
    computed as it was then, since code or settings are others.
    """
    with closing(open_published(warehouse)) as published, published.cursor() as cursor:
        settings = read_settings(cursor)
        settings_hash = hash_settings(cursor)
    build, known = read_as_known(warehouse, day, settings.time_zone, asked)
    if known is not None:
        is_other = build is not None and build.settings_hash != settings_hash
        return replace(known, has_own_settings=is_other)
    if build is not None and build.code_hash != code_hash():
        raise StandingError(
            f"This was not frozen by {day}, and cannot be computed as it was then: its build was made by version"
            f" {build.code_version} of the code ({build.code_hash}), and definitions have changed since (this is"
            f" {code_version()}, {code_hash()}). Ask with that version, or for a closed period in total or by one"
            " dimension."
        )
    if build is not None and build.settings_hash != settings_hash:
        raise StandingError(
            f"This was not frozen by {day}, and cannot be computed as it was then: the settings have changed since."
        )
    with tempfile.TemporaryDirectory(prefix="rebuild-", dir=warehouse) as folder:
        target = Path(folder) / "known.duckdb"
        load = rebuild(warehouse, settings, day, target, as_of=build.as_of if build else None)
        with duckdb.connect(str(target), read_only=True) as connection:
            records = [
                record
                for metric in asked.metrics
                for record in evaluate(
                    connection.cursor(), metric, grain=asked.grain, breakdown=asked.dimension,
                    period=asked.period, last=asked.last,
                )
            ]  # fmt: skip
            row = connection.execute("select reporting_currency from build_info").fetchone()
    origin = f"As known on {day}: not frozen then, so computed again from {load.load_id}."
    return AsKnown(records, row[0] if row else "", origin)
