"""The exports that a warehouse is built from, each kept as a load: what it held, and when it became known.

`loads/<load_id>.json` is a load's manifest and `loads/<load_id>.parquet` its customers; `loads/files/` holds the
contents. A load counts from the moment its manifest is there, which is when its build has passed its checks.
"""

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from warehouse.errors import StandingError
from warehouse.kept.contents import KeptFile, drop_others
from warehouse.kept.durable import write_whole

FOLDER = "loads"
CONTENTS = "files"
# What may be deleted at any time: it is made again from the contents.
PARSED = "parsed"


@dataclass(frozen=True)
class BookedFile:
    """How many rows a file of a load had, and how many of them were accepted into a table."""

    file: str
    table_name: str | None
    rows_in: int
    accepted: int


@dataclass(frozen=True)
class Load:
    """An export as it was given.

    `known_at` is in UTC, to the second. `as_of` is the last complete day where it was given, `source` the files of
    the mapping (--source) and `source_folder` its path; `made_from` is the path of the export. `remark` is a sentence
    for every build from it, else empty.
    """

    load_id: str
    known_at: datetime
    is_delta: bool
    files: tuple[KeptFile, ...]
    as_of: date | None = None
    made_from: str = ""
    source: tuple[KeptFile, ...] = ()
    source_folder: str = ""
    remark: str = ""
    books: tuple[BookedFile, ...] = field(default=(), compare=False)

    @property
    def number(self) -> int:
        return int(self.load_id.split("_")[1])

    @property
    def order(self) -> tuple[datetime, int]:
        return self.known_at, self.number

    def holds_the_same(self, other: "Load") -> bool:
        """Whether both are of one kind and hold the same bytes under the same names."""
        return _signature(self) == _signature(other)


def loads_folder(warehouse: Path) -> Path:
    return warehouse / FOLDER


def contents_folder(warehouse: Path) -> Path:
    return warehouse / FOLDER / CONTENTS


def parsed_folder(warehouse: Path) -> Path:
    return warehouse / PARSED


def customers_path(warehouse: Path, load: Load) -> Path:
    """The customers as they were known when a load was kept: customer_id and mrr."""
    return loads_folder(warehouse) / f"{load.load_id}.parquet"


def list_loads(warehouse: Path) -> list[Load]:
    """Return the loads of a warehouse, the first that became known first.

    Raises StandingError where a manifest cannot be read.
    """
    loads = [_read_manifest(path) for path in loads_folder(warehouse).glob("load_*.json")]
    return sorted(loads, key=lambda load: load.order)


def choose_state(loads: Sequence[Load]) -> list[Load]:
    """Return the loads that make up the newest state: the newest full one and the deltas after it."""
    full = [place for place, load in enumerate(loads) if not load.is_delta]
    if not full:
        raise StandingError(
            "A delta changes an export that was loaded before, and there is none: build the full export first,"
            " without --delta."
        )
    return list(loads[full[-1] :])


def known_by(loads: Iterable[Load], day: date, time_zone: str) -> list[Load]:
    """Return the loads that were known at the end of a day of the business time zone."""
    end = _end_of(day, time_zone)
    return [load for load in loads if load.known_at <= end]


def known_on(day: date, time_zone: str) -> datetime:
    """Return when an export of that day became known: at its end, or now where that is not over yet.

    Raises StandingError for a day that has not begun.
    """
    now, end = read_clock(), _end_of(day, time_zone)
    if end - timedelta(days=1) >= now:
        raise StandingError(
            f"The day {day} has not begun: give the day on which the export was made, or set the clock right."
        )
    return min(end, now)


def read_clock() -> datetime:
    """Now, in UTC, to the second."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def draft_load(
    loads: Sequence[Load],
    files: Sequence[KeptFile],
    *,
    is_delta: bool,
    as_of: date | None,
    made_from: str,
    source: Sequence[KeptFile],
    source_folder: str,
    known_at: datetime | None,
) -> Load:
    """Return the load that an export makes: one that is there already where the newest one holds the same.

    Where the clock is behind the newest load, the new one counts as known at the same moment, and says so. Raises
    StandingError for a delta without a full load before it.
    """
    remark = ""
    if known_at is None:
        moment = read_clock()
        if loads and moment < loads[-1].known_at:
            newest = loads[-1]
            remark = (
                f"The clock ({moment:%Y-%m-%d %H:%M} UTC) was behind the load before, {newest.load_id}, which became"
                f" known at {newest.known_at:%Y-%m-%d %H:%M} UTC: this load counts as known then. Set the clock right."
            )
            moment = newest.known_at
    else:
        aware = known_at if known_at.tzinfo else known_at.replace(tzinfo=UTC)
        moment = aware.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    number = max((load.number for load in loads), default=0) + 1
    draft = Load(
        "",
        moment,
        is_delta,
        tuple(sorted(files, key=lambda kept: (kept.name, kept.sha256))),
        as_of,
        made_from,
        tuple(sorted(source, key=lambda kept: kept.name)),
        source_folder,
        remark,
    )
    before = [load for load in loads if load.order < (moment, number)]
    if before and before[-1].holds_the_same(draft):
        return before[-1]
    digest = hashlib.sha256(repr(_signature(draft)).encode()).hexdigest()[:8]
    draft = dataclasses.replace(draft, load_id=f"load_{number:04}_{digest}")
    choose_state([*before, draft])
    return draft


def write_manifest(warehouse: Path, load: Load) -> None:
    """Make a load count, in one rename. Its contents and its customers must be there already."""
    fields = dataclasses.asdict(load)
    fields["known_at"] = load.known_at.isoformat()
    fields["as_of"] = load.as_of.isoformat() if load.as_of else None
    text = json.dumps(fields, indent=1, ensure_ascii=False) + "\n"
    write_whole(loads_folder(warehouse) / f"{load.load_id}.json", text.encode("utf-8"))


def sweep_loads(warehouse: Path) -> None:
    """Remove what a killed build left: contents and customers that belong to no load."""
    if not loads_folder(warehouse).is_dir():
        return
    loads = list_loads(warehouse)
    ids = {load.load_id for load in loads}
    for path in loads_folder(warehouse).glob("load_*"):
        if path.name.partition(".")[0] not in ids or path.suffix == ".new":
            path.unlink(missing_ok=True)
    held = {kept.sha256 for load in loads for kept in (*load.files, *load.source)}
    drop_others(contents_folder(warehouse), held)


def _read_manifest(path: Path) -> Load:
    try:
        fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        kept = {
            name: tuple(KeptFile(**file) for file in fields.pop(name))
            for name in ("files", "source")
        }
        books = tuple(BookedFile(**booked) for booked in fields.pop("books"))
        known_at = datetime.fromisoformat(fields.pop("known_at"))
        as_of = fields.pop("as_of")
        load = Load(
            known_at=known_at,
            as_of=date.fromisoformat(as_of) if as_of else None,
            books=books,
            **kept,
            **fields,
        )
        if load.load_id != path.stem or not re.fullmatch(r"load_\d+_[0-9a-f]{8}", load.load_id):
            raise ValueError("it has another name than its file")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StandingError(
            f"The load {path} cannot be read ({str(error).splitlines()[0]}): put it back from a backup, or delete it"
            " and build its export again."
        ) from None
    return load


def _signature(load: Load) -> tuple[Any, ...]:
    files = [(kept.name, kept.sha256) for kept in load.files]
    source = [(kept.name, kept.sha256) for kept in load.source]
    return files, source, load.is_delta, load.as_of


def _end_of(day: date, time_zone: str) -> datetime:
    """The last second of a day of the business time zone, in UTC."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone))
    return midnight.astimezone(UTC).replace(tzinfo=None) - timedelta(seconds=1)
