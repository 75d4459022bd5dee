"""The tables of what people write: notes, approvals, board packs, budget cases, and what was sent.

They stand beside the numbers of the ledger, append-only like them, and no build touches them. A change
of mind is a further row. Times are UTC; a name is the one given.
"""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from ledger.tables import METADATA


def _key(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _time(name: str) -> Column[datetime]:
    return Column(name, DateTime, nullable=False)


# kind is comment, action or decision. withdraws names the note that this row takes back.
NOTES = Table(
    "notes",
    METADATA,
    _key("note"),
    _text("metric"),
    _text("grain"),
    Column("period_start", Date, nullable=False),
    _text("kind"),
    _text("author"),
    _time("written_at"),
    _text("text"),
    Column("withdraws", Integer, ForeignKey("notes.note")),
)

# digits are those of the metric's numbers of the period as they were approved, all members in total.
APPROVALS = Table(
    "approvals",
    METADATA,
    _key("approval"),
    _text("metric"),
    _text("grain"),
    Column("period_start", Date, nullable=False),
    _text("name"),
    _time("approved_at"),
    _text("build_id"),
    _text("digits"),
    Column("is_withdrawal", Boolean, nullable=False),
)

# content is the whole document as JSON, hash its SHA-256.
PACKS = Table(
    "packs",
    METADATA,
    _key("pack"),
    Column("name", Text, nullable=False, unique=True),
    _text("title"),
    Column("quarter_start", Date, nullable=False),
    _time("frozen_at"),
    _text("frozen_by"),
    _text("build_id"),
    _text("content"),
    _text("hash"),
)

# Saved again under its name, a case is a new version. Those for the pack are frozen with the next one.
CASES = Table(
    "cases",
    METADATA,
    _key("budget_case"),
    _text("name"),
    Column("version", Integer, nullable=False),
    _time("saved_at"),
    _text("saved_by"),
    _text("content"),
    Column("is_for_pack", Boolean, nullable=False),
    UniqueConstraint("name", "version"),
)

# An approved case is fixed with what it promised; starts_on is the first day that is held against it.
APPROVED_CASES = Table(
    "approved_cases",
    METADATA,
    _key("approved_case"),
    Column("budget_case", Integer, ForeignKey("cases.budget_case"), nullable=False, unique=True),
    _text("name"),
    _time("approved_at"),
    Column("starts_on", Date, nullable=False),
    _text("promised"),
)

# One row a step of a sending (begun, done, failed); subject names what was sent, such as brief 2026-W45.
SENDINGS = Table(
    "sendings",
    METADATA,
    _key("sending"),
    _text("subject"),
    _text("recipient"),
    _text("state"),
    _time("at"),
    _text("hash"),
    _text("remark"),
)
