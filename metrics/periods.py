"""Periods: which there are, which are closed, which are asked for, and what they are called."""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from metrics.names import nearest
from warehouse.errors import StandingError

GRAINS = ("week", "month", "quarter", "year")
YEAR = timedelta(days=364)  # 52 whole weeks, so that Mondays meet Mondays


@dataclass(frozen=True)
class Period:
    """Half-open: from start up to, not including, end."""

    grain: str
    start: date
    end: date
    is_closed: bool


def list_periods(cursor: duckdb.DuckDBPyConnection, grain: str = "week") -> list[Period]:
    """All periods of a grain, oldest first; the last may still be open.

    Raises StandingError for an unknown grain.
    """
    if grain not in GRAINS:
        raise StandingError(f"There is no grain {grain!r}; {nearest(grain, GRAINS)}.")
    rows = cursor.execute(
        "select period_start, period_end, is_closed from periods where grain = ?"
        " order by period_start",
        [grain],
    ).fetchall()
    return [Period(grain, start, end, is_closed) for start, end, is_closed in rows]


def select_periods(
    periods: list[Period],
    period: date | None = None,
    last: int | None = None,
    include_open: bool = False,
) -> list[Period]:
    """The period that starts on a date, open or not; or the last closed ones; or all closed ones.

    include_open adds the open period at the end. Raises StandingError where `period` is no start of
    a period (it names the one that holds the date) or `last` is below 1.
    """
    if period is not None:
        return [_find_period(periods, period)]
    if last is not None and last < 1:
        raise StandingError("The number of periods must be 1 or more.")
    closed = [each for each in periods if each.is_closed]
    chosen = closed if last is None else closed[-last:]
    return chosen + [each for each in periods if include_open and not each.is_closed]


def _find_period(periods: list[Period], start: date) -> Period:
    if not periods:
        raise StandingError("The warehouse holds no periods: the export has no dated rows.")
    for each in periods:
        if each.start == start:
            return each
        if each.start < start < each.end:
            raise StandingError(
                f"No {each.grain} starts on {start}; the {each.grain} that holds this day "
                f"starts on {each.start}."
            )
    grain = periods[0].grain
    raise StandingError(
        f"The data has no {grain} that starts on {start}; its first starts on {periods[0].start}, "
        f"its last on {periods[-1].start}."
    )


def label_period(grain: str, start: date, fiscal_first_month: int = 1) -> str:
    """The name of a period on screen. A week is named by its Monday.

    Quarters and years are fiscal: fiscal year n ends in calendar year n.
    """
    if grain == "week":
        return format_date(start)
    if grain == "month":
        return f"{start:%b %Y}"
    year_end = date(start.year + (start.month >= fiscal_first_month), fiscal_first_month, 1)
    year = (year_end - timedelta(days=1)).year
    name = f"FY{year}" if fiscal_first_month != 1 else f"{year}"
    if grain == "year":
        return name
    quarter = (start.month - fiscal_first_month) % 12 // 3 + 1
    return f"Q{quarter} {name}"


def format_date(day: date) -> str:
    """'3 Nov 2026'."""
    return f"{day.day} {day:%b %Y}"


def describe_week(week: Period) -> str:
    """'9 to 15 Nov 2026'."""
    last = week.end - timedelta(days=1)
    month = "" if week.start.month == last.month else f" {week.start:%b}"
    return f"{week.start.day}{month} to {format_date(last)}"


def find_year_before(grain: str, start: date) -> date:
    """The boundary of a period a year before: 364 days for weeks, else the same date."""
    return start - YEAR if grain == "week" else start.replace(year=start.year - 1)


def label_iso_week(day: date) -> str:
    """'2026-W53': the ISO week of a day. Its year is the one that holds the week's Thursday."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def has_week_53(year: int) -> bool:
    """Whether an ISO year has 53 weeks: 28 December always lies in the last one."""
    return date(year, 12, 28).isocalendar().week == 53
