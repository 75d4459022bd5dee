"""Budget cases as they were saved, version by version, and those that were approved with their promise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from ledger.database import ledger_url, read_ledger
from ledger.given import now_utc, tidy_name
from ledger.writer import last_id, write_ledger
from ledger.written import APPROVED_CASES, CASES
from warehouse.errors import StandingError

NAMELESS = "The case has no name: give one."


@dataclass(frozen=True)
class SavedCase:
    """One version of a case. content is the JSON of analyses.board.codec; saved_at is UTC."""

    key: int
    name: str
    version: int
    saved_at: datetime
    saved_by: str
    content: str
    is_for_pack: bool


@dataclass(frozen=True)
class ApprovedCase:
    """A case as it was approved. starts_on is the first day that is held against it, promised the JSON
    of what it promised by quarter; approved_at is UTC."""

    case: SavedCase
    approved_by: str
    approved_at: datetime
    starts_on: date
    promised: str


def save_case(
    warehouse: Path, name: str, content: str, saved_by: str, is_for_pack: bool
) -> SavedCase:
    """Add a case, as the next version of its name.

    Raises StandingError for an empty or long name, and where the ledger cannot be written.
    """
    name, saved_by = tidy_name(name, NAMELESS), tidy_name(saved_by)
    with write_ledger(ledger_url(warehouse)) as ledger:
        before = ledger.scalar(select(func.max(CASES.c.version)).where(CASES.c.name == name))
        saved = SavedCase(
            last_id(ledger, CASES) + 1, name, (before or 0) + 1, now_utc(), saved_by, content,
            is_for_pack,
        )  # fmt: skip
        ledger.execute(insert(CASES).values(**_to_row(saved)))
    return saved


def list_cases(warehouse: Path) -> Sequence[SavedCase]:
    """The newest version of each case, the one saved last first; StandingError as `read_ledger`."""
    newest: dict[str, SavedCase] = {}
    for each in _read_cases(warehouse):
        newest[each.name] = each
    return sorted(newest.values(), key=lambda each: -each.key)


def list_cases_for_pack(warehouse: Path) -> Sequence[SavedCase]:
    """The cases that the next pack holds, by name: those whose newest version is meant for it."""
    return sorted(
        (each for each in list_cases(warehouse) if each.is_for_pack), key=lambda each: each.name
    )


def approve_case(
    warehouse: Path, key: int, approved_by: str, starts_on: date, promised: str
) -> ApprovedCase:
    """Freeze a saved version as approved; what it promised never changes after.

    Raises StandingError where there is no such version, or where it is approved already.
    """
    approved_by = tidy_name(approved_by)
    at = now_utc()
    with write_ledger(ledger_url(warehouse)) as ledger:
        case = next((each for each in _select_cases(ledger) if each.key == key), None)
        if case is None:
            raise StandingError(f"There is no saved budget case number {key}: save it first.")
        approved = APPROVED_CASES.c.budget_case == key
        if before := ledger.scalar(select(APPROVED_CASES.c.name).where(approved)):
            raise StandingError(
                f"Version {case.version} of {case.name} is approved already, by {before}: "
                "save a further version to approve another promise."
            )
        ledger.execute(
            insert(APPROVED_CASES).values(
                approved_case=last_id(ledger, APPROVED_CASES) + 1, budget_case=key,
                name=approved_by, approved_at=at, starts_on=starts_on, promised=promised,
            )
        )  # fmt: skip
    return ApprovedCase(case, approved_by, at, starts_on, promised)


def list_approved(warehouse: Path) -> Sequence[ApprovedCase]:
    """Every approved version, the newest approval first; StandingError as `read_ledger`."""
    with read_ledger(ledger_url(warehouse)) as ledger:
        if ledger is None:
            return []
        cases = {each.key: each for each in _select_cases(ledger)}
        rows = ledger.execute(
            select(APPROVED_CASES).order_by(APPROVED_CASES.c.approved_case.desc())
        ).mappings()
        return [
            ApprovedCase(
                cases[row["budget_case"]], row["name"], row["approved_at"], row["starts_on"],
                row["promised"],
            )
            for row in rows
        ]  # fmt: skip


def _read_cases(warehouse: Path) -> Sequence[SavedCase]:
    with read_ledger(ledger_url(warehouse)) as ledger:
        return [] if ledger is None else _select_cases(ledger)


def _select_cases(ledger: Connection) -> Sequence[SavedCase]:
    """Oldest first."""
    rows = ledger.execute(select(CASES).order_by(CASES.c.budget_case)).mappings()
    return [SavedCase(row["budget_case"], *(row[name] for name in _COLUMNS)) for row in rows]


_COLUMNS = ("name", "version", "saved_at", "saved_by", "content", "is_for_pack")


def _to_row(saved: SavedCase) -> dict[str, object]:
    return {"budget_case": saved.key, **{name: getattr(saved, name) for name in _COLUMNS}}
