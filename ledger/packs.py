"""Board packs as they were frozen: whole documents, each under its name, none ever changed."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import insert, select

from ledger.database import ledger_url, read_ledger
from ledger.writer import last_id, write_ledger
from ledger.written import PACKS
from warehouse.errors import StandingError

# It names files and stands in addresses.
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
COLUMNS = ("name", "title", "quarter_start", "frozen_at", "frozen_by", "build_id")


@dataclass(frozen=True)
class PackRow:
    """A frozen pack as a list shows it; frozen_at is UTC."""

    name: str
    title: str
    quarter_start: date
    frozen_at: datetime
    frozen_by: str
    build_id: str


def save_pack(warehouse: Path, pack: PackRow, content: str) -> None:
    """Add a pack, its content as JSON.

    Raises StandingError for a name that cannot be one or is taken, and where the ledger refuses.
    """
    _check_name(pack.name)
    with write_ledger(ledger_url(warehouse)) as ledger:
        if ledger.scalar(select(PACKS.c.pack).where(PACKS.c.name == pack.name)):
            raise _taken(pack.name)
        row = {"pack": last_id(ledger, PACKS) + 1, "content": content, "hash": _hash(content)}
        ledger.execute(insert(PACKS), asdict(pack) | row)


def check_free(warehouse: Path, name: str) -> None:
    """Raises StandingError for a name that cannot be one or is taken, before any work is done for it."""
    _check_name(name)
    if name in {each.name for each in list_packs(warehouse)}:
        raise _taken(name)


def _taken(name: str) -> StandingError:
    return StandingError(
        f"There is a pack {name} already, and a frozen pack is never changed: give this one another"
        " name with --name."
    )


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise StandingError(
            f"A pack cannot be named {name!r}: use up to 40 small letters, digits, points, dashes and"
            " underscores, with a letter or digit first."
        )


def list_packs(warehouse: Path) -> Sequence[PackRow]:
    """All packs, the newest first; none where there is no ledger yet."""
    with read_ledger(ledger_url(warehouse)) as ledger:
        if ledger is None:
            return []
        columns = [PACKS.c[name] for name in COLUMNS]
        rows = ledger.execute(select(*columns).order_by(PACKS.c.pack.desc()))
        return [PackRow(*row) for row in rows]


def read_pack(warehouse: Path, name: str | None = None) -> str:
    """The content of a pack as it was frozen, the newest where no name is given.

    Raises StandingError where there is none, or where it no longer is what was frozen.
    """
    query = (
        select(PACKS.c.name, PACKS.c.content, PACKS.c.hash).order_by(PACKS.c.pack.desc()).limit(1)
    )
    if name is not None:
        query = query.where(PACKS.c.name == name)
    with read_ledger(ledger_url(warehouse)) as ledger:
        row = ledger.execute(query).one_or_none() if ledger is not None else None
    if row is None:
        which = "No pack has been frozen yet" if name is None else f"There is no pack {name}"
        raise StandingError(
            f'{which}: `freeze --quarter 2026Q3 --title "..."` makes one, `packs` lists all.'
        )
    if _hash(row.content) != row.hash:
        raise StandingError(
            f"The pack {row.name} no longer is what was frozen: somebody changed it in the database."
            " Take it from a backup of the ledger."
        )
    return row.content


def _hash(content: str) -> str:
    return sha256(content.encode()).hexdigest()
