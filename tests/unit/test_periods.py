"""Periods have names that a reader knows, fiscal ones included."""

from datetime import date

import pytest

from metrics.customers import list_customers
from metrics.periods import find_year_before, has_week_53, label_iso_week, label_period
from tests.example_tables import make_warehouse


@pytest.mark.parametrize(
    ("grain", "start", "first_month", "label"),
    [
        ("week", date(2026, 11, 9), 1, "9 Nov 2026"),
        ("week", date(2026, 12, 28), 4, "28 Dec 2026"),
        ("month", date(2026, 11, 1), 4, "Nov 2026"),
        ("quarter", date(2026, 10, 1), 1, "Q4 2026"),
        ("year", date(2026, 1, 1), 1, "2026"),
        # Fiscal year n ends in calendar year n.
        ("quarter", date(2026, 4, 1), 4, "Q1 FY2027"),
        ("quarter", date(2026, 1, 1), 4, "Q4 FY2026"),
        ("quarter", date(2026, 11, 1), 2, "Q4 FY2027"),
        ("quarter", date(2025, 12, 1), 12, "Q1 FY2026"),
        ("year", date(2026, 2, 1), 2, "FY2027"),
        ("year", date(2025, 12, 1), 12, "FY2026"),
    ],
)
def test_label(grain: str, start: date, first_month: int, label: str) -> None:
    assert label_period(grain, start, first_month) == label


def test_before_the_first_closed_period_there_are_no_customers() -> None:
    week = {"period_start": date(2026, 1, 5), "is_closed": False}
    cursor = make_warehouse({"customer_periods": [week]}).cursor()
    assert list_customers(cursor) == []


def test_iso_weeks_have_the_year_of_their_thursday() -> None:
    long_years = [2004, 2009, 2015, 2020, 2026, 2032, 2037, 2043, 2048]
    assert [year for year in range(2000, 2051) if has_week_53(year)] == long_years
    names = {
        "2026-12-31": "2026-W53", "2027-01-01": "2026-W53", "2027-01-04": "2027-W01",
        "2024-12-30": "2025-W01", "2021-01-03": "2020-W53", "2023-01-01": "2022-W52",
    }  # fmt: skip
    assert {day: label_iso_week(date.fromisoformat(day)) for day in names} == names


def test_the_year_before_a_week_is_364_days_earlier() -> None:
    assert find_year_before("week", date(2026, 11, 9)) == date(2025, 11, 10)
    assert find_year_before("week", date(2026, 12, 28)) == date(2025, 12, 29)
    assert find_year_before("month", date(2026, 11, 1)) == date(2025, 11, 1)
