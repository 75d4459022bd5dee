"""Churn by exposure and by day, by hand on a few customers."""

import datetime as dt
from collections.abc import Iterator
from math import exp, log, sqrt

import duckdb
import pytest

from metrics.intervals import compute_poisson, compute_wilson
from tests.tiny import build_tiny, records, term

MONTH = dt.date(2026, 2, 1)  # February 2026 is four weeks: Sunday the 1st to Saturday the 28th


@pytest.fixture(scope="module")
def february() -> Iterator[duckdb.DuckDBPyConnection]:
    """metrics.md 1.7, with days for halves of weeks: A and B stay, C and E leave, D joins."""
    terms = [
        term("A", "2025-01-01"),
        term("B", "2025-01-01"),
        term("C", "2025-01-01", "2026-02-15"),
        term("D", "2026-02-15"),
        term("E", "2026-02-08", "2026-02-18"),
        term("F", "2026-03-02"),
    ]
    connection = build_tiny({"subscriptions": terms}, "2026-03-31")
    yield connection
    connection.close()


def test_hazard_counts_the_days_of_each(february: duckdb.DuckDBPyConnection) -> None:
    (record,) = records(february, "churn_hazard", "month", period=MONTH)
    weeks = (28 + 28 + 14 + 14 + 10) / 7
    assert (record.numerator, record.denominator) == (2, pytest.approx(weeks))
    assert record.value == pytest.approx(2 / weeks)
    assert (record.low, record.high) == pytest.approx((0.2422093 / weeks, 7.2246877 / weeks))


def test_an_ending_on_the_first_day_counts_without_exposure() -> None:
    """Paid until the last day before the period: an event of the period, at risk in the one before."""
    terms = [term("A", "2025-12-01", "2026-02-01"), term("B", "2025-12-01")]
    connection = build_tiny({"subscriptions": terms}, "2026-03-31")
    january, february = records(connection, "churn_hazard", "month", last=3)[:2]
    assert (january.numerator, january.denominator) == (0, 62 / 7)
    assert (february.numerator, february.denominator) == (1, 28 / 7)


def test_a_month_without_customers_has_no_hazard() -> None:
    connection = build_tiny(
        {"subscriptions": [term("A", "2026-01-01", "2026-01-20")]}, "2026-03-31"
    )
    last = records(connection, "churn_hazard", "month")[-1]
    assert (last.value, last.low, last.high, last.reason) == (None, None, None, "no_denominator")


# Lost, at the start of the week: 13 Mondays from 5 January 2026.
BASE = [term(f"c{number}", "2025-10-01") for number in range(97)]


def test_thirteen_weeks_multiply_what_each_keeps() -> None:
    """One of 100 in the first week, two of 99 in the last, nobody between."""
    terms = [
        *BASE,
        term("first", "2025-10-01", "2026-01-06"),
        term("last", "2025-10-01", "2026-03-31"),
        term("other", "2025-10-01", "2026-04-01"),
    ]
    connection = build_tiny({"subscriptions": terms}, "2026-04-05")
    (record,) = records(connection, "churn_logo_13w_cum", last=1)
    kept = 99 / 100 * 97 / 99
    assert record.value == pytest.approx(1 - kept)
    assert record.denominator == 100
    # Greenwood: d / n(n - d) of both weeks, on the scale log(-log S)
    spread = 1 / (100 * 99) + 2 / (99 * 97)
    width = exp(1.959963984540054 * sqrt(spread) / -log(kept))
    assert (record.low, record.high) == pytest.approx((1 - kept ** (1 / width), 1 - kept**width))


def test_thirteen_weeks_without_a_loss_have_an_upper_bound() -> None:
    """Wilson's for nobody of 97, as for any share of nobody."""
    connection = build_tiny({"subscriptions": BASE}, "2026-04-05")
    (record,) = records(connection, "churn_logo_13w_cum", last=1)
    assert (record.value, record.low) == (0, 0)
    assert record.high == pytest.approx(compute_wilson(0, 97)[1])


def test_thirteen_weeks_need_thirteen_weeks() -> None:
    connection = build_tiny({"subscriptions": [term("a", "2026-01-04")]}, "2026-04-05")
    *_, before, last = records(connection, "churn_logo_13w_cum")
    assert (before.reason, last.reason) == ("short_history", None)


def test_daily_rates_add_up() -> None:
    """Two of four on Tuesday, one of three on Thursday: one had joined on Wednesday."""
    terms = [
        term("a", "2025-10-01"),
        term("b", "2025-10-01"),
        term("c", "2025-10-01", "2026-01-06"),
        term("d", "2025-10-01", "2026-01-06"),
        term("e", "2026-01-07", "2026-01-08"),
    ]
    connection = build_tiny({"subscriptions": terms}, "2026-01-11")
    (record,) = records(connection, "churn_logo_daily", last=1)
    assert record.value == pytest.approx(2 / 4 + 1 / 3)
    assert record.numerator == 3
    assert record.denominator == pytest.approx(3 / (2 / 4 + 1 / 3))
    low, high = compute_poisson(3, 3 / (2 / 4 + 1 / 3))
    assert (record.low, record.high) == pytest.approx((low, high))


def test_a_week_without_endings_has_a_rate_of_0() -> None:
    connection = build_tiny({"subscriptions": [term("a", "2026-01-08")]}, "2026-01-18")
    first, second = records(connection, "churn_logo_daily")
    # joined on Thursday: there at the start of three days of seven
    assert (first.value, first.denominator) == (0, pytest.approx(3 / 7))
    assert (second.value, second.denominator) == (0, 1)


def test_who_starts_on_the_last_day_is_at_no_days_start() -> None:
    connection = build_tiny({"subscriptions": [term("a", "2026-01-11")]}, "2026-01-11")
    (record,) = records(connection, "churn_logo_daily")
    assert (record.value, record.reason) == (None, "no_denominator")


def test_a_year_at_the_rate_of_a_week_has_the_interval_of_the_week() -> None:
    terms = [term(f"c{number}", "2025-10-01") for number in range(19)]
    connection = build_tiny(
        {"subscriptions": [*terms, term("d", "2025-10-01", "2026-01-06")]}, "2026-01-11"
    )
    (week,) = records(connection, "churn_logo", last=1)
    (year,) = records(connection, "churn_logo_ann", last=1)
    assert week.low is not None
    assert week.high is not None
    expected = [1 - (1 - bound) ** (365.2425 / 7) for bound in (week.low, week.high)]
    assert [year.low, year.high] == pytest.approx(expected)
