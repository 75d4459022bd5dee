"""The margin of a month of a customer, with what its mean rests on: of those of a day, and of new ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt
from pathlib import Path

import duckdb

from analyses.formats import format_value
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("margins.sql")
STARTS = Path(__file__).with_name("starts.sql")

AS_STARTED = "at what new ones pay"


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

    def describe(self, currency: str) -> str:
        """'the 71 new customers of the period started with EUR 1,449 a month on average'."""
        count = self.margin.customers
        who = f"the {count:,} new customers" if count > 1 else "the one new customer"
        paid = format_value(self.mrr, "currency", currency)
        return (
            f"{who} of the period started with {paid} a month{' on average' if count > 1 else ''}"
        )


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
