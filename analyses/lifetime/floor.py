"""Where nobody was lost in 13 weeks, constant retention is no estimate: the least it can be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from analyses.formats import format_value
from analyses.lifetime.costs import compute_retained
from metrics.intervals import compute_beta
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("floor.sql")
Key = tuple[date, str | None]  # the first day of a period and the value of a dimension


@dataclass(frozen=True)
class Floor:
    """The least that ltv_simple can be, in the currency of the MRR; weeks: customer-weeks without a loss."""

    weeks: int
    value: float


def find_floors(
    cursor: duckdb.DuckDBPyConnection, grain: str, scope: Scope, breakdown: str | None
) -> Mapping[Key, Floor]:
    """A floor for each period and value of a dimension in which ltv_simple rests on no loss."""
    set_variables(cursor, grain, scope, breakdown)
    cursor.execute(QUERY.read_text(encoding="utf-8"))
    return {
        (start, value): Floor(weeks, compute_floor(margin, weeks, discount))
        for start, value, weeks, margin, discount in cursor.fetchall()
    }


def compute_floor(margin: float, weeks: int, discount: float) -> float:
    """m r / (1 + d - r) with r from the upper bound of the weekly churn: 0 of so many customer-weeks,
    Jeffreys, Beta(1/2, weeks + 1/2), 97.5 %; d a month. Finite even at d = 0, since r is below 1.
    Source: metrics.md 3.3 and 1.5.
    """
    retained = compute_retained(compute_beta(0.5, weeks + 0.5)[1])
    return margin * retained / (1 + discount - retained)


def describe_floor(floor: Floor, currency: str) -> str:
    """'at least EUR 41.2 k: nobody was lost in 1,300 customer-weeks'."""
    least = format_value(floor.value, "currency", currency)
    return f"at least {least}: nobody was lost in {floor.weeks:,} customer-weeks"
