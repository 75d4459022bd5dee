"""Customers, their MRR and the calendar, by hand on a few rows each."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.tiny import build_tiny, records, rows_of, term, value

WEEK = "2026-01-05"
START, END = dt.date(2026, 1, 5), dt.date(2026, 1, 12)
LONG_AGO = "2025-01-01"

# Customer -> its terms, how the week moved it by endpoints, and what happened to its MRR by events.
WEEKS: dict[str, tuple[list[dict[str, Any]], str | None, list[str]]] = {
    "a plan change on one day": (
        [term("", LONG_AGO, "2026-01-07"), term("", "2026-01-07", mrr=120)],
        None,
        ["expansion 20"],
    ),
    "a renewal at the same price": (
        [term("", LONG_AGO, "2026-01-07"), term("", "2026-01-07")],
        None,
        [],
    ),
    "a start on the Monday": ([term("", "2026-01-05")], "new", ["new 100"]),
    "a start on the next Monday": ([term("", "2026-01-12")], None, []),
    "an end on the Monday": ([term("", LONG_AGO, "2026-01-05")], "lost", ["churned 100"]),
    "an end on the next Monday": ([term("", LONG_AGO, "2026-01-12")], None, []),
    "an end on the Sunday": ([term("", LONG_AGO, "2026-01-11")], "lost", ["churned 100"]),
    "lapse and return": (
        [term("", LONG_AGO, "2026-01-06"), term("", "2026-01-08")],
        None,
        ["churned 100", "reactivation 100"],
    ),
    "start, stop and start": (
        [term("", "2026-01-05", "2026-01-06"), term("", "2026-01-08", mrr=50)],
        "new",
        ["new 100", "churned 100", "reactivation 50"],
    ),
    "start and stop": (
        [term("", "2026-01-06", "2026-01-09")],
        None,
        ["new 100", "churned 100"],
    ),
    "a return after half a year": (
        [term("", LONG_AGO, "2025-07-01"), term("", "2026-01-07", mrr=80)],
        "reactivated",
        ["reactivation 80"],
    ),
    "one of two terms ends": (
        [term("", LONG_AGO, mrr=60), term("", LONG_AGO, "2026-01-07", mrr=40)],
        None,
        ["contraction 40"],
    ),
    "terms that overlap": (
        [term("", LONG_AGO, "2026-01-09", mrr=60), term("", "2026-01-07", mrr=60)],
        None,
        ["expansion 60", "contraction 60"],
    ),
    "a trial": ([term("", "2026-01-06", is_trial=True)], None, []),
    "a trial that is converted": (
        [term("", "2025-12-01", "2026-01-07", is_trial=True), term("", "2026-01-07")],
        "new",
        ["new 100"],
    ),
    "nobody knows whether it is a trial": (
        [term("", "2026-01-06", is_trial=None)],
        "new",
        ["new 100"],
    ),
    "a term without a price": ([term("", "2026-01-06", mrr=0)], None, []),
    "a term without a price, then one with": (
        [term("", "2025-06-01", "2026-01-07", mrr=0), term("", "2026-01-07")],
        "new",
        ["new 100"],
    ),
    "staff": ([term("staff", "2026-01-06")], None, []),
    "cancelled, not yet expired": (
        [term("", LONG_AGO, "2026-03-01", cancelled_on=dt.date(2026, 1, 6))],
        None,
        [],
    ),
}


@pytest.fixture(scope="module")
def weeks() -> Iterator[duckdb.DuckDBPyConnection]:
    rows = [{**row, "customer_id": name} for name, (terms, _, _) in WEEKS.items() for row in terms]
    staff = {"customer_id": "staff", "is_staff_or_partner": True}
    with closing(
        build_tiny({"customers": [staff], "subscriptions": rows}, "2026-01-25")
    ) as connection:
        yield connection


@pytest.mark.parametrize("name", WEEKS)
def test_week_by_its_ends_and_by_its_events(weeks: duckdb.DuckDBPyConnection, name: str) -> None:
    _, by_ends, by_events = WEEKS[name]
    moves = rows_of(
        weeks,
        "select kind from fct_customer_moves where grain = 'week' and period_start = date"
        f" '{WEEK}' and customer_id = '{name}'",
    )
    movements = rows_of(
        weeks,
        "select kind, amount from fct_mrr_movements where moved_on between date '2026-01-05'"
        f" and date '2026-01-11' and customer_id = '{name}' order by moved_on",
    )
    assert moves == ([(by_ends,)] if by_ends else [])
    assert [f"{kind} {amount:.0f}" for kind, amount in movements] == by_events


def test_metrics_of_that_week(weeks: duckdb.DuckDBPyConnection) -> None:
    """The same by the numbers on the screen."""
    all_moves = [by_ends for _, by_ends, _ in WEEKS.values()]
    opening = [
        name
        for name, (terms, _, _) in WEEKS.items()
        if any(
            row["started_on"] < START
            and (row["ended_on"] is None or row["ended_on"] >= START)
            and row["mrr"] > 0
            and not row.get("is_trial")
            for row in terms
        )
    ]
    counted = {name: value(weeks, name, WEEK) for name in ("cust_new", "cust_lost", "cust_react")}
    assert counted == {
        "cust_new": all_moves.count("new"),
        "cust_lost": all_moves.count("lost"),
        "cust_react": all_moves.count("reactivated"),
    }
    assert len(opening) == 9
    assert value(weeks, "churn_logo", WEEK) == pytest.approx(2 / 9)
    # every ending: two at the ends, lapse, stop, start and stop
    assert value(weeks, "churn_logo_recurly", WEEK) == pytest.approx(5 / 9)
    assert value(weeks, "cust_active", WEEK) == 9 + 5 + 1 - 2
    assert value(weeks, "mrr_churned", WEEK) == 500


def test_a_month_sees_its_own_ends_only() -> None:
    terms = [term("one", LONG_AGO, "2026-01-06"), term("one", "2026-01-20"), term("two", LONG_AGO)]
    with closing(build_tiny({"subscriptions": terms}, "2026-01-31")) as connection:
        assert value(connection, "churn_logo", WEEK) == 0.5
        assert value(connection, "churn_logo", "2026-01-01", "month") == 0
        assert value(connection, "cust_react", "2026-01-01", "month") == 0
        assert value(connection, "mrr_churned", "2026-01-01", "month") == 100


@pytest.mark.parametrize(
    ("grace", "back_on", "expected"),
    [
        (0, "2026-01-05", ["expansion 20"]),
        (0, "2026-01-06", ["churned 100", "reactivation 120"]),
        (3, "2026-01-08", ["expansion 20"]),
        (3, "2026-01-09", ["churned 100", "reactivation 120"]),
    ],
)
def test_days_of_grace(grace: int, back_on: str, expected: list[str]) -> None:
    terms = [term("one", LONG_AGO, "2026-01-05"), term("one", back_on, mrr=120)]
    connection = build_tiny({"subscriptions": terms}, "2026-01-25", renewal_grace_days=grace)
    with closing(connection):
        found = rows_of(
            connection,
            "select kind, amount from fct_mrr_movements where kind <> 'new' order by moved_on",
        )
        churned_on = rows_of(
            connection, "select moved_on from fct_mrr_movements where kind = 'churned'"
        )
    assert [f"{kind} {amount:.0f}" for kind, amount in found] == expected
    # the churn is of the day on which the paid term ran out, not of the day on which grace did
    assert churned_on == ([(START,)] if "churned 100" in expected else [])


def test_an_end_without_return_is_churn_whatever_the_grace() -> None:
    connection = build_tiny(
        {"subscriptions": [term("one", LONG_AGO, "2026-01-05")]}, "2026-01-25", renewal_grace_days=9
    )
    with closing(connection):
        assert value(connection, "cust_lost", WEEK) == 1


def test_retention_window_before_the_first_paid_term() -> None:
    """364 days: null before the data reaches back, and without a customer at its start."""
    terms = [term("one", "2025-01-06"), term("two", "2025-02-03", "2026-02-02", mrr=300)]
    with closing(build_tiny({"subscriptions": terms}, "2026-02-08")) as connection:
        found = {
            str(record.period_start): (record.value, record.reason)
            for record in records(connection, "ret_nrr", last=7)
        }
    assert found == {
        "2025-12-22": (None, "short_history"),
        "2025-12-29": (None, "no_denominator"),
        "2026-01-05": (1, None),
        "2026-01-12": (1, None),
        "2026-01-19": (1, None),
        # the second customer was none yet 364 days before the week's end
        "2026-01-26": (1, None),
        "2026-02-02": (0.25, None),
    }


def test_retention_over_the_29th_of_february() -> None:
    """At month grain a year is a calendar year; 28 and 29 February both fall on the 28th."""
    terms = [
        term("one", "2023-01-01", "2024-02-28", mrr=100),
        term("one", "2024-02-28", "2024-02-29", mrr=200),
        term("one", "2024-02-29", "2025-02-28", mrr=300),
        term("one", "2025-02-28", mrr=150),
    ]
    with closing(build_tiny({"subscriptions": terms}, "2025-03-31")) as connection:
        found = {
            start: [value(connection, name, start, "month") for name in ("ret_nrr", "ret_grr")]
            for start in ("2024-02-01", "2025-01-01", "2025-02-01", "2025-03-01")
        }
        week = value(connection, "ret_nrr", "2025-02-17")
    assert found == {
        "2024-02-01": [3, 1],
        "2025-01-01": [3, 1],
        "2025-02-01": [0.5, 0.5],
        "2025-03-01": [0.5, 0.5],
    }
    # 364 days before 24 February 2025 is 26 February 2024
    assert week == 3


def test_pooled_churn_needs_thirteen_weeks_of_data() -> None:
    with closing(
        build_tiny({"subscriptions": [term("one", "2026-01-05")]}, "2026-04-12")
    ) as connection:
        found = {
            str(record.period_start): (record.value, record.denominator, record.reason)
            for record in records(connection, "churn_logo_13w", last=3)
        }
    assert found == {
        "2026-03-23": (None, None, "short_history"),
        "2026-03-30": (0, 12, None),
        "2026-04-06": (0, 13, None),
    }


def starts(connection: duckdb.DuckDBPyConnection, grain: str, *, closed: bool = True) -> list[str]:
    """The first days of a grain's periods."""
    found = rows_of(
        connection,
        f"select period_start from periods where grain = '{grain}' and is_closed = {closed}"
        " order by period_start",
    )
    return [str(start) for (start,) in found]


def test_fiscal_quarters_and_years() -> None:
    terms = {"subscriptions": [term("one", "2025-03-15")]}
    with closing(build_tiny(terms, "2026-01-31", fiscal_year_first_month=2)) as connection:
        assert starts(connection, "quarter") == [
            "2025-02-01",
            "2025-05-01",
            "2025-08-01",
            "2025-11-01",
        ]
        assert starts(connection, "year") == ["2025-02-01"]
        assert starts(connection, "month")[0] == "2025-03-01"
        assert value(connection, "cust_new", "2025-02-01", "year") == 1


@pytest.mark.parametrize(
    ("as_of", "lag", "week_is_closed", "month_is_closed"),
    [
        ("2026-01-31", 0, False, True),
        ("2026-02-01", 0, True, True),
        ("2026-02-01", 1, False, True),
        ("2026-02-01", 2, False, False),
        ("2026-02-02", 1, True, True),
    ],
)
def test_a_period_closes_after_its_lag(
    as_of: str, lag: int, week_is_closed: bool, month_is_closed: bool
) -> None:
    """The last day plus the lag is on or before the as-of date."""
    terms = {"subscriptions": [term("one", LONG_AGO)]}
    with closing(build_tiny(terms, as_of, close_lag_days=lag)) as connection:
        assert ("2026-01-26" in starts(connection, "week")) == week_is_closed
        assert ("2026-01-01" in starts(connection, "month")) == month_is_closed
        (record,) = records(connection, "mrr", period=dt.date(2026, 1, 26))
    assert (record.value, record.reason) == (
        (100, None) if week_is_closed else (None, "partial_period")
    )


def test_week_53_is_named_by_its_monday() -> None:
    terms = {"subscriptions": [term("one", "2026-12-14"), term("two", "2027-01-03")]}
    with closing(build_tiny(terms, "2027-01-10")) as connection:
        assert starts(connection, "week") == [
            "2026-12-14",
            "2026-12-21",
            "2026-12-28",
            "2027-01-04",
        ]
        assert value(connection, "cust_new", "2026-12-28") == 1
        # the same start is the new year's at the coarser grains
        assert value(connection, "cust_new", "2026-12-01", "month") == 1
        assert starts(connection, "month", closed=False) == ["2027-01-01"]


def test_money_keeps_six_decimals() -> None:
    terms = [term("one", LONG_AGO, mrr="0.000001"), term("two", LONG_AGO, mrr="333.333333")]
    with closing(build_tiny({"subscriptions": terms}, "2026-01-11")) as connection:
        assert value(connection, "mrr", WEEK) == Decimal("333.333334")
        assert value(connection, "cust_active", WEEK) == 2


def test_an_empty_company_has_no_number_and_no_error() -> None:
    with closing(build_tiny({}, "2026-01-11")) as connection:
        (record,) = records(connection, "churn_logo", last=1)
        assert (record.value, record.reason) == (None, "no_denominator")
        assert value(connection, "mrr", WEEK) == 0
