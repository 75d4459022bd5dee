"""What a metric was on a day of the past: as it was reported then, digit by digit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from ledger.builds import Build, find_build, list_in_force
from ledger.compare import GONE
from ledger.database import ledger_url, read_ledger
from ledger.digits import to_number
from ledger.tables import BUILDS, DEFINITIONS, NUMBERS, SERIES
from metrics.engine import Record
from metrics.registry import Metric
from warehouse.errors import StandingError


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
    """The records of a day, the currency of their money, and a sentence on where they come from."""

    records: list[Record]
    currency: str
    origin: str


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
            found = _read_records(ledger, build.build, in_force[metric.id], metric, asked)
            if not found:
                return build, None
            records += found
    origin = f"As known on {day}: build {build.build_id}, reported {build.reported_at:%Y-%m-%d %H:%M} UTC."
    return build, AsKnown(records, build.currency, origin)


def _read_records(
    ledger: Connection, build: int, definition: int, metric: Metric, asked: Asked
) -> list[Record]:
    wanted = [
        SERIES.c.definition == definition,
        SERIES.c.grain == asked.grain,
        SERIES.c.dimension == (asked.dimension or ""),
        NUMBERS.c.build <= build,
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


def first_known_at(warehouse: Path) -> datetime | None:
    """When the first numbers of the ledger were reported, in UTC; None where it holds none."""
    with read_ledger(ledger_url(warehouse)) as ledger:
        return ledger.scalar(select(func.min(BUILDS.c.reported_at))) if ledger else None
