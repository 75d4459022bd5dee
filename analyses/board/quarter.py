"""The closed quarter that a pack is of: found by its label, and labelled."""

from datetime import date

import duckdb

from metrics.periods import Period, label_period, list_periods
from warehouse.errors import StandingError


def find_quarter(cursor: duckdb.DuckDBPyConnection, label: str) -> Period:
    """The closed quarter of a label such as 2026Q3, 'Q3 2026' or FY2027Q1.

    Raises StandingError for a quarter that the data does not have, or that is not over.
    """
    first_month = read_first_month(cursor)
    periods = list_periods(cursor, "quarter")
    found = {label_quarter(each.start, first_month): each for each in periods}
    wanted = "".join(label.upper().replace("FY", "").split())
    wanted = wanted[2:] + wanted[:2] if wanted.startswith("Q") else wanted
    quarter = next((each for name, each in found.items() if name.replace("FY", "") == wanted), None)
    closed = [name for name, each in found.items() if each.is_closed]
    known = f"the closed ones are {closed[0]} to {closed[-1]}" if closed else "none is over yet"
    if quarter is None:
        raise StandingError(f"The data has no quarter {label!r}: {known}.")
    if not quarter.is_closed:
        raise StandingError(f"The quarter {label} is not over: a pack holds one that is; {known}.")
    return quarter


def list_trailing(cursor: duckdb.DuckDBPyConnection, quarter: Period, most: int) -> list[Period]:
    """The quarters up to and including one, at most so many, oldest first."""
    every = [each for each in list_periods(cursor, "quarter") if each.start <= quarter.start]
    return every[-most:]


def label_quarter(start: date, first_month: int) -> str:
    """'2026Q3', or 'FY2027Q1' where the fiscal year is another than the calendar's."""
    quarter, year = label_period("quarter", start, first_month).split()
    return f"{year}{quarter}"


def read_first_month(cursor: duckdb.DuckDBPyConnection) -> int:
    """Of the fiscal year, 1 to 12."""
    row = cursor.execute("select fiscal_year_first_month from settings").fetchone()
    return int(row[0]) if row else 1
