"""The ledger's tables. Rows are only ever added: a trigger on each table refuses anything else.

Numbers are kept as the text of their digits, with their kinds beside them (i whole, d decimal, f
floating point, - none; of value, numerator and denominator), so that they come back as they were
written on every database. None is the empty text in dimension, breakdown and member.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()


def _key(name: str, *references: ForeignKey) -> Column[int]:
    return Column(name, Integer, *references, primary_key=True, autoincrement=False)


def _digits() -> list[Column[str]]:
    """The columns of a number as it was shown."""
    return [
        Column("value", Text),
        Column("numerator", Text),
        Column("denominator", Text),
        Column("kinds", String(3), nullable=False),
        Column("reason", Text),
    ]


# hash is that of the SQL and of the header's fields that give it meaning.
DEFINITIONS = Table(
    "definitions",
    METADATA,
    _key("definition"),
    Column("metric", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("unit", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("sql", Text, nullable=False),
    UniqueConstraint("metric", "hash"),
)

# reported_at is when the build's numbers counted as reported (see ledger.freeze); all times are UTC.
BUILDS = Table(
    "builds",
    METADATA,
    _key("build"),
    Column("build_id", Text, nullable=False, unique=True),
    Column("load_id", Text, nullable=False),
    Column("known_at", DateTime, nullable=False),
    Column("reported_at", DateTime, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("currency", Text, nullable=False),
    Column("code_version", Text, nullable=False),
    Column("code_hash", Text, nullable=False),
    Column("settings_hash", Text, nullable=False),
    Column("source_hash", Text, nullable=False),
    Column("terms", Text),
)

# From which build on a definition is in force; none where the metric was taken out.
USES = Table(
    "uses",
    METADATA,
    Column("metric", Text, primary_key=True),
    _key("build", ForeignKey("builds.build")),
    Column("definition", Integer, ForeignKey("definitions.definition")),
)

SERIES = Table(
    "series",
    METADATA,
    _key("series"),
    Column("definition", Integer, ForeignKey("definitions.definition"), nullable=False),
    Column("grain", Text, nullable=False),
    Column("dimension", Text, nullable=False),
    Column("breakdown", Text, nullable=False),
    Column("member", Text, nullable=False),
    UniqueConstraint("definition", "grain", "dimension", "breakdown", "member"),
)

# One row a number and build that changed it; the last one up to a build is what that build showed.
NUMBERS = Table(
    "numbers",
    METADATA,
    _key("series", ForeignKey("series.series")),
    Column("period_start", Date, primary_key=True),
    _key("build", ForeignKey("builds.build")),
    *_digits(),
    Column("low", Double),
    Column("high", Double),
    sqlite_with_rowid=False,
)

# A closed period's number that differs from what was reported last.
RESTATEMENTS = Table(
    "restatements",
    METADATA,
    _key("restatement"),
    Column("series", Integer, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("build", Integer, nullable=False),
    Column("reported_series", Integer, nullable=False),
    Column("reported_build", Integer, nullable=False),
    Column("is_material", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["series", "period_start", "build"],
        ["numbers.series", "numbers.period_start", "numbers.build"],
    ),
    ForeignKeyConstraint(
        ["reported_series", "period_start", "reported_build"],
        ["numbers.series", "numbers.period_start", "numbers.build"],
    ),
    Index("restatements_of_a_series", "series", "period_start"),
)

# The bridge: the number after each cause; the last step's is the new number.
STEPS = Table(
    "steps",
    METADATA,
    _key("restatement", ForeignKey("restatements.restatement")),
    _key("position"),
    Column("cause", Text, nullable=False),
    *_digits(),
    sqlite_with_rowid=False,
)
