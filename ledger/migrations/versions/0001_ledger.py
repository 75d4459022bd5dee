"""The ledger's tables, append-only, and metric_snapshot, a view of them by the names of an audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SNAPSHOT = """
create view metric_snapshot as
select
    definitions.metric as metric_id,
    definitions.version as definition_version,
    series.grain,
    numbers.period_start as period_key,
    nullif(series.dimension, '') as dimension,
    nullif(series.breakdown, '') as segment,
    nullif(series.member, '') as member,
    cast(numbers.value as numeric) as value,
    cast(numbers.numerator as numeric) as numerator,
    cast(numbers.denominator as numeric) as denominator,
    numbers.low as ci_low,
    numbers.high as ci_high,
    numbers.reason,
    builds.known_at as as_known_at,
    builds.reported_at,
    builds.build_id,
    builds.source_hash as source_manifest_hash,
    builds.code_version
from numbers
inner join series on numbers.series = series.series
inner join definitions on series.definition = definitions.definition
inner join builds on numbers.build = builds.build
"""
REFUSE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only';
end
$$
"""


def upgrade() -> None:
    """Each table is written out here: a migration must not change when tables.py does."""
    digits = [("value", sa.Text), ("numerator", sa.Text), ("denominator", sa.Text)]

    def number() -> list[sa.Column[str]]:
        return [
            *(sa.Column(name, kind) for name, kind in digits),
            sa.Column("kinds", sa.String(3), nullable=False),
            sa.Column("reason", sa.Text),
        ]

    def text(*names: str) -> list[sa.Column[str]]:
        return [sa.Column(name, sa.Text, nullable=False) for name in names]

    def whole(name: str, *references: str) -> sa.Column[int]:
        keys = [sa.ForeignKey(reference) for reference in references]
        return sa.Column(name, sa.Integer, *keys, nullable=False, autoincrement=False)

    op.create_table(
        "definitions",
        whole("definition"),
        *text("metric"),
        whole("version"),
        *text("unit", "hash", "sql"),
        sa.PrimaryKeyConstraint("definition"),
        sa.UniqueConstraint("metric", "hash"),
    )
    op.create_table(
        "builds",
        whole("build"),
        *text("build_id", "load_id"),
        sa.Column("known_at", sa.DateTime, nullable=False),
        sa.Column("reported_at", sa.DateTime, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        *text("currency", "code_version", "code_hash", "settings_hash", "source_hash"),
        sa.PrimaryKeyConstraint("build"),
        sa.UniqueConstraint("build_id"),
    )
    op.create_table(
        "uses",
        *text("metric"),
        whole("build", "builds.build"),
        sa.Column("definition", sa.Integer, sa.ForeignKey("definitions.definition")),
        sa.PrimaryKeyConstraint("metric", "build"),
    )
    op.create_table(
        "series",
        whole("series"),
        whole("definition", "definitions.definition"),
        *text("grain", "dimension", "breakdown", "member"),
        sa.PrimaryKeyConstraint("series"),
        sa.UniqueConstraint("definition", "grain", "dimension", "breakdown", "member"),
    )
    op.create_table(
        "numbers",
        whole("series", "series.series"),
        sa.Column("period_start", sa.Date, nullable=False),
        whole("build", "builds.build"),
        *number(),
        sa.Column("low", sa.Double),
        sa.Column("high", sa.Double),
        sa.PrimaryKeyConstraint("series", "period_start", "build"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "restatements",
        whole("restatement"),
        whole("series"),
        sa.Column("period_start", sa.Date, nullable=False),
        *(whole(name) for name in ("build", "reported_series", "reported_build")),
        sa.Column("is_material", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("restatement"),
        *(
            sa.ForeignKeyConstraint(
                [f"{prefix}series", "period_start", f"{prefix}build"],
                ["numbers.series", "numbers.period_start", "numbers.build"],
            )
            for prefix in ("", "reported_")
        ),
    )
    op.create_index("restatements_of_a_series", "restatements", ["series", "period_start"])
    op.create_table(
        "steps",
        whole("restatement", "restatements.restatement"),
        whole("position"),
        *text("cause"),
        *number(),
        sa.PrimaryKeyConstraint("restatement", "position"),
        sqlite_with_rowid=False,
    )
    op.execute(SNAPSHOT)
    _forbid_changes("definitions", "builds", "uses", "series", "numbers", "restatements", "steps")


def _forbid_changes(*tables: str) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(REFUSE)
    for table in tables:
        if is_sqlite:
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
