"""What was spent on the new customers of a period: which months' cost, and why those."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from metrics.periods import label_period
from metrics.scope import Scope, set_variables

QUERY = """
select first_month, last_month, acquisition_cost, missing_months, cycle_days, lag_months
from cost_periods
where period_start = $start
"""


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


def find_spending(cursor: duckdb.DuckDBPyConnection, grain: str, start: date) -> Spending | None:
    """What was spent for the customers who were new in a period, the lag earlier; the numerator of
    eco_cac. None for a week: costs belong to months, and to the whole company."""
    set_variables(cursor, grain, Scope())
    found = cursor.execute(QUERY, {"start": start}).fetchone()
    if found is None:
        return None
    first, last, amount, missing, cycle_days, lag_months = found
    return Spending(first, last, amount, tuple(missing), cycle_days, lag_months)


def describe_spending(spending: Spending, new_in: str) -> str:
    """Which months' cost is set against whose customers, and why."""
    months = label_period("month", spending.first)
    if spending.first != spending.last:
        months = f"{months} to {label_period('month', spending.last)}"
    if spending.cycle_days is None:
        lag = "no lag, since no deal was won in 364 days"
    else:
        count = f"{spending.lag_months} month{'' if spending.lag_months == 1 else 's'}"
        lag = f"{count} earlier, since the median won deal took {spending.cycle_days:,.0f} days"
    return (
        f"Blended: all costs with the purpose acquisition of {months} ({lag}), over the customers "
        f"who were new in {new_in}, whatever brought them."
    )


def describe_missing_months(spending: Spending) -> str:
    """Which months have no cost in the export; empty where all have."""
    months = ", ".join(label_period("month", month) for month in spending.missing)
    return f"no acquisition cost in the export for {months}" if months else ""
