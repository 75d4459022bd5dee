"""Every change of a customer's tier, with the evidence that decides it and what no longer counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

QUERY = Path(__file__).with_suffix(".sql")


@dataclass(frozen=True)
class Piece:
    """One piece of evidence. role is what it counts as; valid_to is the first day on which it no
    longer counts as that, by ended_by: window, closed, closed_well, answered, replaced, memory."""

    kind: str
    event_on: date
    score: float | None
    source_table: str
    source_id: str
    role: str
    valid_to: date
    ended_by: str


@dataclass(frozen=True)
class Change:
    """A published tier that differs from the week before, at the end of week_start's Sunday.

    from_state and to_state are tiers, or new, reactivated, churned. direction is 1 up, -1 down,
    None on an entry or exit. deciding_week is the week whose rule decides. evidence is for the new
    tier, ended of the old one; both newest first. mrr_to_keep is what the MRR must reach not to be
    shrinking. ended_on, end_reason and subscription_id are of the last term, on an exit.
    """

    customer_id: str
    week_start: date
    from_state: str
    to_state: str
    direction: int | None
    is_expired: bool
    deciding_week: date | None
    rule: str | None
    former_rule: str | None
    evidence_status: str | None
    mrr: Decimal
    is_shrinking: bool
    was_shrinking: bool
    mrr_to_keep: Decimal | None
    evidence: tuple[Piece, ...]
    ended: tuple[Piece, ...]
    ended_on: date | None
    end_reason: str | None
    subscription_id: str | None

    @property
    def is_explained(self) -> bool:
        """Whether evidence, or evidence that ran out, or a change of size stands behind it."""
        return bool(self.evidence or self.ended) or self.is_shrinking != self.was_shrinking


def find_changes(cursor: duckdb.DuckDBPyConnection, customer_id: str | None) -> tuple[Change, ...]:
    """All changes of a customer, newest first; of every customer where the id is None."""
    cursor.execute(QUERY.read_text(encoding="utf-8"), {"customer_id": customer_id})
    columns = [column[0] for column in cursor.description or []]
    return tuple(_to_change(dict(zip(columns, row, strict=True))) for row in cursor.fetchall())


@dataclass(frozen=True)
class Coverage:
    """Changes between two tiers: how many, those by expiry, and those without an explanation."""

    changes: int
    expired: int
    unexplained: int


def compute_coverage(changes: Sequence[Change]) -> Coverage:
    """How many of the changes between tiers are explained."""
    between = [change for change in changes if change.direction is not None]
    return Coverage(
        len(between),
        sum(change.is_expired for change in between),
        sum(not change.is_explained for change in between),
    )


def _to_change(row: dict[str, Any]) -> Change:
    for name in ("evidence", "ended"):
        row[name] = tuple(Piece(**piece) for piece in row[name])
    return Change(**row)
