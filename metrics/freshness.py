"""Which numbers read a table that has gone silent (decided at the build, warehouse/gate/freshness.py)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb

from metrics.periods import format_date
from metrics.registry import Metric

# What the tiers are made of, beside the table without which a metric is off.
EVIDENCE = (
    "cases", "survey_responses", "advocacy_events", "usage", "billing_events", "activities",
    "opportunities",
)  # fmt: skip
TIER_VIEWS = frozenset(("tier_periods", "tier_outcome_periods", "movement_periods"))


@dataclass(frozen=True)
class Silence:
    """A table that normally moves every week and holds nothing after newest_on."""

    table: str
    newest_on: date
    age_days: int
    longest_gap_days: int


def find_silences(cursor: duckdb.DuckDBPyConnection) -> list[Silence]:
    """The silent tables of a build, the longest silent first."""
    rows = cursor.execute(
        "select table_name, newest_on, age_days, longest_gap_days from table_freshness"
        " where is_stale order by age_days desc, table_name"
    ).fetchall()
    return [Silence(*row) for row in rows]


def read_tables(metric: Metric) -> set[str]:
    """The contract tables whose rows change a metric's values."""
    own = set(metric.tables)
    return own | set(EVIDENCE) if TIER_VIEWS & set(metric.views) else own


def silences_of(silences: Iterable[Silence], metric: Metric, last_day: date) -> list[Silence]:
    """Those of the silences that a value of the metric for a period up to last_day needs."""
    tables = read_tables(metric)
    return [each for each in silences if each.table in tables and each.newest_on < last_day]


def describe_silence(silence: Silence) -> str:
    """'nothing new in survey responses since 1 Nov 2026'."""
    table = silence.table.replace("_", " ")
    return f"nothing new in {table} since {format_date(silence.newest_on)}"
