"""What advocacy cost in a year, and how many customers it has to move to earn that back."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from pathlib import Path

import duckdb

from analyses.tier_value.effect import Effect
from analyses.weekly import WEEK

QUERY = Path(__file__).with_name("plan.sql")
EDGE = 1e-9  # a quotient that is a whole number may miss it by its last digits


@dataclass(frozen=True)
class Spent:
    """The cost of advocacy in the months first .. last, of which cost_months have one; amount is None
    without any. risen: customers who rose on evidence to loyal or advocate in the same 52 weeks."""

    first_month: date
    last_month: date
    cost_months: int
    amount: Decimal | None
    risen: int


def find_spent(cursor: duckdb.DuckDBPyConnection, week: date) -> Spent:
    """The twelve whole months that end by the end of a week (a Monday), of the whole company."""
    cursor.execute("set variable until = ?::date", [week + WEEK])
    row = cursor.execute(QUERY.read_text("utf-8")).fetchone()
    if row is None:
        raise AssertionError("an aggregate without groups has a row")
    return Spent(*row)


def compute_break_even(cost: float, gain: float) -> int | None:
    """The smallest number of customers whose gain, each, covers the cost; metrics.md 8.1.

    None where the gain is not above 0: no number of customers earns anything back. 0 without a cost.
    """
    return ceil(cost / gain - EDGE) if gain > 0 else None


def find_break_even(spent: Spent, claimed: Effect | None) -> int | None:
    """By the lower bound of the gain that is claimed; None without a claim, a cost or a gain."""
    if spent.amount is None or claimed is None or claimed.matched is None:
        return None
    low = claimed.matched.gain.low
    return None if low is None else compute_break_even(float(spent.amount), low)
