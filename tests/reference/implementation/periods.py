"""Half-open periods [start, end): Monday weeks and calendar months, fiscal quarters and years."""

import datetime as dt
from dataclasses import dataclass

from tests.reference.implementation.tables import Settings

GRAINS = ("week", "month", "quarter", "year")
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Period:
    """A period; `end` is the first day that no longer belongs to it."""

    grain: str
    start: dt.date
    end: dt.date


def monday_of(day: dt.date) -> dt.date:
    """The Monday of the week of a day."""
    return day - dt.timedelta(days=day.weekday())


def add_months(day: dt.date, months: int) -> dt.date:
    """The first of the month so many months after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def period_of(grain: str, day: dt.date, settings: Settings) -> Period:
    """The period of a grain that a day lies in."""
    if grain == "week":
        return Period(grain, monday_of(day), monday_of(day) + dt.timedelta(days=7))
    months_into = (day.month - settings["fiscal_year_first_month"]) % MONTHS[grain]
    start = add_months(day, -months_into)
    return Period(grain, start, add_months(start, MONTHS[grain]))


def closed_periods(
    grain: str, first_day: dt.date, as_of: dt.date, settings: Settings
) -> list[Period]:
    """The periods from the one of the first day to the last one that is closed at the as-of date.

    Closed: its last day + close_lag_days is on or before the as-of date.
    """
    lag = dt.timedelta(days=settings["close_lag_days"])
    periods: list[Period] = []
    period = period_of(grain, first_day, settings)
    while period.end - dt.timedelta(days=1) + lag <= as_of:
        periods.append(period)
        period = period_of(grain, period.end, settings)
    return periods


def sunday_before(boundary: dt.date) -> dt.date:
    """The last Sunday strictly before a boundary date."""
    return monday_of(boundary) - dt.timedelta(days=1)


def a_year_before(boundary: dt.date, grain: str) -> dt.date:
    """364 days before at week grain, else the same date one year earlier (a first of a month)."""
    if grain == "week":
        return boundary - dt.timedelta(days=364)
    return boundary.replace(year=boundary.year - 1)
