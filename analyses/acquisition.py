"""What a new customer costs, how its lifetime value compares, and after how long it is paid back."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil, log, log1p
from pathlib import Path

import duckdb

QUERY = Path(__file__).with_name("acquisition.sql")
EDGE = 1e-9  # a quotient that is a whole number may miss it by its last digits


@dataclass(frozen=True)
class Spending:
    """Acquisition cost of the months first .. last; amount is None where a month has none, which
    `missing` names. cycle_days: the median cycle, None without wins; lag_months: it in months."""

    first: date
    last: date
    amount: Decimal | None
    missing: tuple[date, ...]
    cycle_days: float | None
    lag_months: int


def find_spending(cursor: duckdb.DuckDBPyConnection, start: date, end: date) -> Spending:
    """What was spent for the customers who were new in [start, end), the lag earlier.

    The period starts and ends with a month. Costs belong to the whole company, whatever the scope.
    """
    cursor.execute(QUERY.read_text(encoding="utf-8"), {"start": start, "end": end})
    rows = cursor.fetchall()
    missing = tuple(month for month, _, _, amount in rows if amount is None)
    amounts = [amount for *_, amount in rows if amount is not None]
    total = None if missing else sum(amounts, Decimal(0))
    _, lag_months, cycle_days, _ = rows[0]
    return Spending(rows[0][0], rows[-1][0], total, missing, cycle_days, lag_months)


def compute_cac(cost: float, new_customers: int) -> float | None:
    """Customer acquisition cost; None where nobody was new. Source: metrics.md 3.10."""
    return cost / new_customers if new_customers else None


def compute_payback(cac: float, margin: float) -> float | None:
    """Months until the margin of a customer who stays has paid the CAC; None without a margin."""
    return cac / margin if margin > 0 else None


def compute_churned_payback(cac: float, margin: float, retained: float) -> int | None:
    """The smallest n with m (1 - s^n) / (1 - s) >= CAC: months with churn taken into account.

    margin: of a month; retained: the share s of customers who stay from month to month. None where
    the sum never gets there.
    """
    if margin <= 0:
        return None
    if retained >= 1:
        return ceil(cac / margin - EDGE)
    short = cac * (1 - retained) / margin
    if short >= 1:
        return None
    if retained <= 0:
        return 1
    return max(1, ceil(log1p(-short) / log(retained) - EDGE))
