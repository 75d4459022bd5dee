"""The margin of a month of a customer, with what its mean rests on: of those of a day, and of new ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt
from pathlib import Path

import duckdb

from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("margins.sql")
STARTS = Path(__file__).with_name("starts.sql")


@dataclass(frozen=True)
class Margin:
    """Margin of a month of so many customers: mean, standard deviation (None of one)."""

    customers: int
    mean: float
    deviation: float | None

    @property
    def error(self) -> float | None:
        """Standard error of the mean: deviation / sqrt n; None of one customer."""
        return None if self.deviation is None else self.deviation / sqrt(self.customers)


@dataclass(frozen=True)
class Start:
    """What the new customers of a period paid when they started: MRR (mean), and its margin."""

    mrr: float
    margin: Margin


def find_monthly_margins(
    cursor: duckdb.DuckDBPyConnection, until: date, scope: Scope, breakdown: str | None
) -> Mapping[str | None, Margin]:
    """The margin of a month of the customers at `until`, by value of a dimension."""
    set_variables(cursor, "week", scope, breakdown)
    cursor.execute(QUERY.read_text(encoding="utf-8"), {"until": until})
    return {value: Margin(*rest) for value, *rest in cursor.fetchall()}


def find_start(
    cursor: duckdb.DuckDBPyConnection, grain: str, start: date, scope: Scope
) -> Start | None:
    """What those who are new in a period (metric cust_new) paid on their first day; None without any."""
    set_variables(cursor, grain, scope)
    cursor.execute(STARTS.read_text(encoding="utf-8"), {"grain": grain, "start": start})
    found = cursor.fetchone()
    if found is None or not found[0]:
        return None
    customers, mrr, mean, deviation = found
    return Start(mrr, Margin(customers, mean, deviation))
