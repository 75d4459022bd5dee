"""What people write beside a number of a period. A note is never changed; to take it back is a further row."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select

from ledger.database import ledger_url, read_ledger
from ledger.given import now_utc, tidy_name, tidy_text
from ledger.writer import last_id, write_ledger
from ledger.written import NOTES
from warehouse.errors import StandingError

Kind = Literal["comment", "action", "decision"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_CHARACTERS = 2000


@dataclass(frozen=True)
class NoteRow:
    """A note that stands; note is its number, written_at is UTC."""

    note: int
    metric: str
    grain: str
    period_start: date
    kind: Kind
    author: str
    written_at: datetime
    text: str


def add_note(
    warehouse: Path, metric: str, grain: str, period_start: date, kind: str, author: str, text: str
) -> int:
    """Write a note and return its number.

    Metric and period are those of the build that the author saw: who calls checks them. Raises
    StandingError for an unknown kind, an empty or overlong text or name, and a ledger that cannot be
    written.
    """
    if kind not in KINDS:
        raise StandingError(f"A note is a {', '.join(KINDS[:-1])} or {KINDS[-1]}, not {kind!r}.")
    row = {
        "metric": metric, "grain": grain, "period_start": period_start, "kind": kind,
        "author": tidy_name(author), "written_at": now_utc(), "text": _check_text(text),
    }  # fmt: skip
    with write_ledger(ledger_url(warehouse)) as ledger:
        return _append(ledger, row)


def withdraw_note(warehouse: Path, note: int, author: str) -> None:
    """Take a note back, whoever wrote it; both rows stay in the ledger.

    Raises StandingError where there is no such note, or it is withdrawn already.
    """
    name = tidy_name(author)
    with write_ledger(ledger_url(warehouse)) as ledger:
        asked = select(NOTES).where(NOTES.c.note == note, NOTES.c.withdraws.is_(None))
        found = ledger.execute(asked).mappings().one_or_none()
        if found is None:
            raise StandingError(
                f"There is no note {note}: `python cli.py note` lists them with their numbers."
            )
        if ledger.scalar(select(NOTES.c.note).where(NOTES.c.withdraws == note)):
            raise StandingError(f"Note {note} is withdrawn already.")
        row = {**found, "author": name, "written_at": now_utc(), "text": ""}
        _append(ledger, {**row, "withdraws": note})


def list_notes(
    warehouse: Path,
    metric: str | None = None,
    grain: str | None = None,
    period_start: date | None = None,
) -> Sequence[NoteRow]:
    """The notes that stand, the newest first; of a metric, a grain, a period where one is given.

    Empty where no ledger has been begun; raises StandingError where it cannot be read.
    """
    columns = [NOTES.c[name] for name in NoteRow.__dataclass_fields__]
    query = _select_standing(*columns).order_by(NOTES.c.note.desc())
    asked = {"metric": metric, "grain": grain, "period_start": period_start}
    for name, value in asked.items():
        if value is not None:
            query = query.where(NOTES.c[name] == value)
    with read_ledger(ledger_url(warehouse)) as ledger:
        return [] if ledger is None else [NoteRow(*row) for row in ledger.execute(query)]


def count_notes(warehouse: Path, starts: Collection[date]) -> dict[tuple[str, str, date], int]:
    """How many notes stand beside each number that has any, by metric, grain and first day, of periods
    that begin on these days.

    Raises StandingError where the ledger cannot be read.
    """
    number = (NOTES.c.metric, NOTES.c.grain, NOTES.c.period_start)
    query = _select_standing(*number, func.count().label("notes"))
    query = query.where(NOTES.c.period_start.in_(starts)).group_by(*number)
    with read_ledger(ledger_url(warehouse)) as ledger:
        if ledger is None:
            return {}
        rows = ledger.execute(query)
        return {(row.metric, row.grain, row.period_start): row.notes for row in rows}


def _select_standing(*columns: ColumnElement[Any]) -> Select[Any]:
    """Of the notes that were not withdrawn."""
    withdrawn = NOTES.alias()
    return (
        select(*columns)
        .select_from(NOTES)
        .outerjoin(withdrawn, withdrawn.c.withdraws == NOTES.c.note)
        .where(NOTES.c.withdraws.is_(None), withdrawn.c.note.is_(None))
    )


def _check_text(text: str) -> str:
    shown = tidy_text(text).strip()
    if not shown:
        raise StandingError("The note is empty: write what the reader of the number should know.")
    if len(shown) > MOST_CHARACTERS:
        raise StandingError(
            f"The note has {len(shown):,} characters, at most {MOST_CHARACTERS:,} are kept: shorten it."
        )
    return shown


def _append(ledger: Connection, row: dict[str, Any]) -> int:
    number = last_id(ledger, NOTES) + 1
    ledger.execute(insert(NOTES), {"withdraws": None, **row, "note": number})
    return number
