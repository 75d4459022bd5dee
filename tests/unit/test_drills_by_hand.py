"""The rows behind a number by hand: a week in which customers come and go in every way."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics.drills import (
    DrillRows,
    Span,
    list_rows,
    load_drills,
    span_between,
    span_of,
)
from metrics.scope import Scope
from tests.tiny import Rows, build_tiny, term
from warehouse.errors import StandingError

DRILLS = load_drills()
LONG_AGO = "2025-01-01"
WEEK = Span(
    "week", dt.date(2026, 1, 5), dt.date(2026, 1, 12), dt.date(2025, 12, 29), dt.date(2026, 1, 5)
)
TERMS = [
    term("lapses", LONG_AGO, "2026-01-06"),
    term("lapses", "2026-01-09"),
    term("joins and leaves", "2026-01-06", "2026-01-08", mrr=50, end_reason="price"),
    term("changes plan", LONG_AGO, "2026-01-07", mrr=70),
    term("changes plan", "2026-01-07", mrr=90, change_reason="price"),
    term("has two terms", LONG_AGO, mrr=60, renews_on=dt.date(2026, 5, 1)),
    term("has two terms", LONG_AGO, "2026-01-08", mrr=40, end_reason="unused"),
    term("is lost", LONG_AGO, "2026-01-12", mrr=30, end_reason="rival"),
    term("leaves the day after", LONG_AGO, "2026-01-13", mrr=20),
    term("joins", "2026-01-11", mrr=10),
    term("comes back", LONG_AGO, "2025-06-01", mrr=5),
    term("comes back", "2026-01-05", mrr=15),
]


def listed(
    connection: duckdb.DuckDBPyConnection, name: str, span: Span = WEEK, **chosen: str
) -> DrillRows:
    """The rows of a drill."""
    with closing(connection.cursor()) as cursor:
        return list_rows(cursor, DRILLS[name], span, Scope(), None, **chosen)


def amounts(found: DrillRows, measure: str) -> list[tuple[Any, ...]]:
    """Who, and how much."""
    return sorted((row["customer_id"], row[measure]) for row in found.rows)


@pytest.fixture(scope="module")
def tiny() -> Iterator[duckdb.DuckDBPyConnection]:
    """A week in which customers come and go in every way."""
    connection = build_tiny({"subscriptions": TERMS}, "2026-02-01")
    yield connection
    connection.close()


BY_HAND: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    # paid on Sunday 11 January, and not on the boundary, Monday 12 January
    "lost_customers": ("mrr", []),
    "new_customers": ("mrr", [("joins", 10)]),
    "reactivated_customers": ("mrr", [("comes back", 15)]),
    "opening_customers": (
        "mrr",
        [
            ("changes plan", 70),
            ("has two terms", 100),
            ("is lost", 30),
            ("lapses", 100),
            ("leaves the day after", 20),
        ],
    ),
    "active_customers": (
        "mrr",
        [
            ("changes plan", 90),
            ("comes back", 15),
            ("has two terms", 60),
            ("is lost", 30),
            ("joins", 10),
            ("lapses", 100),
            ("leaves the day after", 20),
        ],
    ),
    "endings": ("amount", [("joins and leaves", 50), ("lapses", 100)]),
    "lost_revenue": (
        "amount",
        [("has two terms", 40), ("joins and leaves", 50), ("lapses", 100)],
    ),
    "net_revenue_change": (
        "net_loss",
        [
            ("changes plan", -20),
            ("comes back", -15),
            ("has two terms", 40),
            ("joins and leaves", 50),
            ("lapses", -100),
            ("lapses", 100),
        ],
    ),
    "opening_and_new_customers": (
        "mrr",
        [
            ("changes plan", 70),
            ("has two terms", 100),
            ("is lost", 30),
            ("joins", 10),
            ("joins and leaves", 50),
            ("lapses", 100),
            ("leaves the day after", 20),
        ],
    ),
    "average_customers": (
        "customers",
        [
            ("changes plan", 1),
            ("comes back", Decimal("0.5")),
            ("has two terms", 1),
            ("is lost", 1),
            ("joins", Decimal("0.5")),
            ("lapses", 1),
            ("leaves the day after", 1),
        ],
    ),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_week_by_hand(tiny: duckdb.DuckDBPyConnection, name: str) -> None:
    measure, expected = BY_HAND[name]
    assert amounts(listed(tiny, name), measure) == expected


def test_who_pays_to_sunday_is_lost_in_the_week_after(tiny: duckdb.DuckDBPyConnection) -> None:
    week = span_between(dt.date(2026, 1, 5), dt.date(2026, 1, 12))
    lost = listed(tiny, "lost_customers", week)
    assert amounts(lost, "mrr") == [("is lost", 30), ("leaves the day after", 20)]
    assert [row["evidence"] for row in lost.rows] == [
        "no customer at the end; reasons given: rival",
        "no customer at the end; reasons given: none",
    ]


def test_movements_of_a_week_say_when_and_why(tiny: duckdb.DuckDBPyConnection) -> None:
    (row,) = listed(tiny, "mrr_movements", kind="expansion").rows
    assert (row["moved_on"], row["is_price"], row["amount"]) == (dt.date(2026, 1, 7), True, 20)
    (row,) = listed(tiny, "mrr_movements", kind="contraction").rows
    assert (row["mrr_before"], row["mrr_after"], row["renews_on"]) == (100, 60, dt.date(2026, 5, 1))
    assert listed(tiny, "mrr_movements").count == 8


def test_details_at_the_end_of_a_month_that_is_no_sunday() -> None:
    """January 2026 ends on a Saturday, its last Sunday is the 25th."""
    terms = [
        term("joins late", "2026-01-28"),
        term("leaves late", LONG_AGO, "2026-01-28", end_reason="rival"),
        term("stays", LONG_AGO),
    ]
    with closing(build_tiny({"subscriptions": terms}, "2026-01-31")) as connection:
        with closing(connection.cursor()) as cursor:
            span = span_of(cursor, "month", dt.date(2026, 1, 1))
        active = {
            row["customer_id"]: row for row in listed(connection, "active_customers", span).rows
        }
        (lost,) = listed(connection, "lost_customers", span).rows
    assert (active["joins late"]["tier"], active["stays"]["tier"]) == (None, "neutral")
    assert active["joins late"]["evidence"] == "no tier yet: not a customer on the last Sunday"
    assert active["stays"]["evidence"] == "no evidence"
    assert (lost["customer_id"], lost["tier"]) == ("leaves late", "neutral")
    assert lost["evidence"] == "no evidence; no customer at the end; reasons given: rival"


def test_thirteen_weeks_count_a_customer_each_week_and_each_loss() -> None:
    """Lost twice, in the weeks of 2 and 23 February; 8 + 2 of the 13 weeks begin with it."""
    terms = [
        term("lost twice", LONG_AGO, "2026-02-04"),
        term("lost twice", "2026-02-11", "2026-02-25"),
    ]
    with closing(build_tiny({"subscriptions": terms}, "2026-03-08")) as connection:
        with closing(connection.cursor()) as cursor:
            span = span_of(cursor, "week")
        lost = listed(connection, "lost_13_weeks", span)
        opening = listed(connection, "opening_13_weeks", span)
    assert sorted(row["lost_in_week"] for row in lost.rows) == [
        dt.date(2026, 2, 2),
        dt.date(2026, 2, 23),
    ]
    # the first of the 13 weeks begins on 8 December
    assert [(row["customer_id"], row["weeks"]) for row in opening.rows] == [("lost twice", 11)]


def test_retained_revenue_by_hand() -> None:
    terms = [
        term("grows", LONG_AGO, "2025-06-01", mrr=100),
        term("grows", "2025-06-01", mrr=150),
        term("shrinks", LONG_AGO, "2025-06-01", mrr=100),
        term("shrinks", "2025-06-01", mrr=60),
        term("is gone", LONG_AGO, "2025-06-01", mrr=80, end_reason="rival"),
        term("is new", "2025-06-01", mrr=500),
    ]
    with closing(build_tiny({"subscriptions": terms}, "2026-01-11")) as connection:
        found = listed(connection, "retained_revenue")
    assert found.totals == {"opening_mrr": 280, "kept_mrr": 160, "closing_mrr": 210}
    assert [row["kept_mrr"] for row in found.rows] == [100, 60, 0]
    # of one that left long before the span, the reason that it gave then
    assert found.rows[2]["evidence"] == "no customer at the end; reasons given: rival"


def test_an_answer_is_replaced_on_the_day_of_the_next() -> None:
    def answered(day: str, score: int, **more: Any) -> dict[str, Any]:
        on = dt.date.fromisoformat(day)
        return {"customer_id": "a", "responded_on": on, "instrument": "nps", "score": score, **more}

    answers = [
        answered("2026-01-05", 10),
        answered("2026-01-06", 3),
        answered("2026-01-12", 9),
        answered("2025-10-13", 9, contact_id="the first of 91 days"),
        answered("2025-10-12", 9, contact_id="a day too old"),
        answered("2026-01-06", 5, instrument="ces"),
    ]
    tables: dict[str, Rows] = {"subscriptions": [term("a", LONG_AGO)], "survey_responses": answers}
    with closing(build_tiny(tables, "2026-01-31")) as connection:
        found = listed(connection, "nps_answers")
    assert sorted((row["score"], row["net"]) for row in found.rows) == [(3, -1), (9, 1)]


# --- what a drill refuses ---


def test_a_drill_refuses_what_it_does_not_know(tiny: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(StandingError, match="new_customers: nothing is chosen by 'tier'"):
        listed(tiny, "new_customers", tier="loyal")


def test_a_drill_says_which_table_is_missing() -> None:
    with closing(build_tiny({"subscriptions": TERMS}, "2026-02-01")) as connection:
        connection.execute(
            "update table_status set is_present = false where table_name = 'opportunities'"
        )
        with pytest.raises(StandingError, match="This export has no opportunities: add it, or map"):
            listed(connection, "won_deals")


def test_a_span_is_of_a_period_that_is_over(tiny: duckdb.DuckDBPyConnection) -> None:
    with closing(tiny.cursor()) as cursor:
        assert span_of(cursor, "week", WEEK.start) == WEEK
        with pytest.raises(StandingError, match="The year of 2026-01-01 is not over yet"):
            span_of(cursor, "year", dt.date(2026, 1, 1))
    with (
        closing(build_tiny({}, "2026-01-01")) as connection,
        closing(connection.cursor()) as cursor,
        pytest.raises(StandingError, match="no period that is over"),
    ):
        span_of(cursor, "week")


HEADER = """/*
label = "L"
definition = "D"
entity = "customer"
measures = { mrr = "currency" }
chosen = []
tables = []
explains = [{ metric = "mrr", part = "value", total = "mrr" }]
*/
select 1
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('label = "L"\n', "", "bad.sql: the header lacks label"),
        ("tables = []", "tables = []\ntable = []", "unknown field table; the nearest is tables"),
        ('"customer"', '"person"', "entity is one of customer, deal, answer"),
        ('"value"', '"sum"', "a part one of value, numerator, denominator, input"),
        ('total = "mrr"', 'total = "arr"', "a total one of rows, mrr"),
    ],
)
def test_a_header_that_is_not_complete_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = tmp_path / "bad.sql"
    path.write_text(HEADER, encoding="utf-8")
    assert load_drills(tmp_path)["bad"].measures == {"mrr": "currency"}
    path.write_text(HEADER.replace(old, new), encoding="utf-8")
    with pytest.raises(StandingError, match=message):
        load_drills(tmp_path)
