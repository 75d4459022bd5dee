"""What people write, beside the numbers: notes, approvals, packs, budget cases, sendings; append-only too."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = ("notes", "approvals", "packs", "cases", "approved_cases", "sendings")


def upgrade() -> None:
    """Each table is written out here: a migration must not change when written.py does."""

    def key(name: str) -> sa.Column[int]:
        return sa.Column(name, sa.Integer, primary_key=True, autoincrement=False)

    def text(*names: str) -> list[sa.Column[str]]:
        return [sa.Column(name, sa.Text, nullable=False) for name in names]

    def column(name: str, kind: type[sa.types.TypeEngine[Any]]) -> sa.Column[Any]:
        return sa.Column(name, kind, nullable=False)

    op.create_table(
        "notes",
        key("note"),
        *text("metric", "grain"),
        column("period_start", sa.Date),
        *text("kind", "author"),
        column("written_at", sa.DateTime),
        *text("text"),
        sa.Column("withdraws", sa.Integer, sa.ForeignKey("notes.note")),
    )
    op.create_table(
        "approvals",
        key("approval"),
        *text("metric", "grain"),
        column("period_start", sa.Date),
        *text("name"),
        column("approved_at", sa.DateTime),
        *text("build_id", "digits"),
        column("is_withdrawal", sa.Boolean),
    )
    op.create_table(
        "packs",
        key("pack"),
        *text("name", "title"),
        column("quarter_start", sa.Date),
        column("frozen_at", sa.DateTime),
        *text("frozen_by", "build_id", "content", "hash"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "cases",
        key("budget_case"),
        *text("name"),
        column("version", sa.Integer),
        column("saved_at", sa.DateTime),
        *text("saved_by", "content"),
        column("is_for_pack", sa.Boolean),
        sa.UniqueConstraint("name", "version"),
    )
    op.create_table(
        "approved_cases",
        key("approved_case"),
        sa.Column("budget_case", sa.Integer, sa.ForeignKey("cases.budget_case"), nullable=False),
        *text("name"),
        column("approved_at", sa.DateTime),
        column("starts_on", sa.Date),
        *text("promised"),
        sa.UniqueConstraint("budget_case"),
    )
    op.create_table(
        "sendings",
        key("sending"),
        *text("subject", "recipient", "state"),
        column("at", sa.DateTime),
        *text("hash", "remark"),
    )
    _forbid_changes()


def _forbid_changes() -> None:
    """The triggers of 0001; its function refuse_change is there on PostgreSQL."""
    for table in TABLES:
        if op.get_bind().dialect.name == "sqlite":
            for action in ("update", "delete"):
                op.execute(
                    f"create trigger {table}_no_{action} before {action} on {table}"
                    " begin select raise(abort, 'the ledger is append-only'); end"
                )
        else:
            op.execute(
                f"create trigger {table}_append_only before update or delete or truncate"
                f" on {table} for each statement execute function refuse_change()"
            )
