"""Survey answers and moves between tiers, by hand on a few rows each."""

import datetime as dt
from contextlib import closing
from typing import Any

import pytest

from tests.tiny import build_tiny, records, rows_of, term, value

START = dt.date(2026, 1, 5)
LONG_AGO = "2025-01-01"


def answered(customer: str, responded: str, score: int, **more: Any) -> dict[str, Any]:
    """An answer to NPS."""
    row = {"customer_id": customer, "responded_on": dt.date.fromisoformat(responded)}
    return {**row, "instrument": "nps", "score": score, **more}


NPS: dict[str, tuple[list[dict[str, Any]], tuple[Any, int] | None]] = {
    "the first of 91 days": ([answered("a", "2025-10-13", 10)], (100, 1)),
    "a day too old": ([answered("a", "2025-10-12", 10)], None),
    "the last day": ([answered("a", "2026-01-11", 10)], (100, 1)),
    "a day later": ([answered("a", "2026-01-12", 10), answered("b", "2026-01-11", 0)], (-100, 1)),
    "a customer's latest": (
        [answered("a", "2026-01-06", 10), answered("a", "2026-01-07", 0)],
        (-100, 1),
    ),
    "a later answer does not reach back": (
        [answered("a", "2026-01-07", 10), answered("a", "2026-01-13", 0)],
        (100, 1),
    ),
    "each contact of a customer": (
        [
            answered("a", "2026-01-06", 10, contact_id="x"),
            answered("a", "2026-01-07", 0, contact_id="y"),
            answered("a", "2026-01-08", 8),
        ],
        (0, 3),
    ),
    "of one day the last by its id": (
        [
            answered("a", "2026-01-06", 10, response_id="2"),
            answered("a", "2026-01-06", 0, response_id="1"),
        ],
        (100, 1),
    ),
    "CSAT does not replace NPS": (
        [answered("a", "2026-01-06", 10), answered("a", "2026-01-07", 1, instrument="csat")],
        (100, 1),
    ),
    "a promoter says 9, a detractor 6": (
        [
            answered("a", "2026-01-06", 9),
            answered("b", "2026-01-06", 6),
            answered("c", "2026-01-06", 9),
        ],
        (pytest.approx(100 / 3), 3),
    ),
    "nobody knows whose it is": ([{**answered("a", "2026-01-06", 10), "customer_id": None}], None),
}


@pytest.mark.parametrize("name", NPS)
def test_nps_of_a_week(name: str) -> None:
    rows, expected = NPS[name]
    with closing(build_tiny({"survey_responses": rows}, "2026-01-18")) as connection:
        (record,) = records(connection, "adv_nps", period=START)
    if expected is None:
        assert (record.value, record.reason) == (None, "no_denominator")
    else:
        assert (record.value, record.denominator) == expected


def test_flows_of_a_month_run_between_its_last_sundays() -> None:
    """January 2026: from Sunday 28 December to Sunday 25 January."""
    terms = [
        term("praises", LONG_AGO, "2026-01-26"),
        term("praises", "2026-01-26", mrr=170),
        term("new since the last Sunday of December", "2025-12-29"),
        term("new on that Sunday", "2025-12-28"),
        term("gone after the last Sunday of January", LONG_AGO, "2026-01-26"),
        term("gone on it", LONG_AGO, "2025-12-29", mrr=80),
        term("gone on it", "2025-12-29", "2026-01-25", mrr=90),
        term("back", LONG_AGO, "2025-06-01"),
        term("back", "2026-01-15"),
    ]
    praise = {
        "customer_id": "praises",
        "occurred_on": dt.date(2025, 12, 30),
        "kind": "reference",
        "is_solicited": True,
    }
    tables = {"subscriptions": terms, "advocacy_events": [praise]}
    with closing(build_tiny(tables, "2026-01-31")) as connection:
        found = rows_of(
            connection,
            "select customer_id, from_state, to_state, direction, is_expired, mrr from fct_tier_moves"
            " where grain = 'month' and period_start = date '2026-01-01' order by customer_id",
        )
        assert found == [
            ("back", "reactivated", "neutral", None, False, 100),
            ("gone on it", "neutral", "churned", None, False, 80),
            ("new since the last Sunday of December", "new", "neutral", None, False, 100),
            ("praises", "neutral", "loyal", 1, False, 100),
        ]
        (record,) = records(connection, "flow_up", "month", period=dt.date(2026, 1, 1))
        assert (record.numerator, record.denominator) == (1, 4)
        # by the calendar both are of other months
        assert value(connection, "cust_new", "2025-12-01", "month") == 2
        assert value(connection, "cust_lost", "2026-01-01", "month") == 2


def test_what_no_closing_sunday_sees_is_no_move() -> None:
    """A complaint of January that is over by March: weeks move, the quarter does not."""
    case = {
        "customer_id": "one",
        "opened_at": dt.datetime(2026, 1, 6, 9),
        "closed_at": dt.datetime(2026, 1, 13, 9),
        "kind": "complaint",
        "csat": 5,
    }
    tables = {"subscriptions": [term("one", LONG_AGO)], "cases": [case]}
    with closing(build_tiny(tables, "2026-03-31")) as connection:
        found = rows_of(
            connection,
            "select grain, from_state, to_state from fct_tier_moves"
            " where from_state <> 'new' order by grain, period_start",
        )
    assert found == [
        ("month", "neutral", "actively_dissatisfied"),
        ("month", "actively_dissatisfied", "neutral"),
        ("week", "neutral", "actively_dissatisfied"),
        ("week", "actively_dissatisfied", "neutral"),
    ]


@pytest.mark.parametrize(
    ("late_payment", "is_expired"),
    [("2026-05-25", False), ("2026-05-24", True), ("2026-06-28", False), (None, True)],
    ids=["34 days", "35 days", "the Sunday itself", "none"],
)
def test_a_move_without_evidence_in_35_days_is_by_expiry(
    late_payment: str | None, is_expired: bool
) -> None:
    """A reference of 18 June 2025 runs out; the published tier follows on Sunday 28 June 2026."""
    tables: dict[str, list[dict[str, Any]]] = {
        "subscriptions": [term("one", LONG_AGO)],
        "advocacy_events": [
            {
                "customer_id": "one",
                "occurred_on": dt.date(2025, 6, 18),
                "kind": "reference",
                "is_solicited": True,
            }
        ],
    }
    if late_payment:
        day = dt.date.fromisoformat(late_payment)
        tables["billing_events"] = [
            {"customer_id": "one", "occurred_on": day, "kind": "late_payment"}
        ]
    with closing(build_tiny(tables, "2026-06-28")) as connection:
        moved = rows_of(
            connection,
            "select period_start, from_state, to_state, is_expired from fct_tier_moves"
            " where grain = 'week' and from_state = 'loyal'",
        )
        down, expired = (
            value(connection, name, "2026-06-22") for name in ("flow_down", "flow_expired")
        )
    assert moved == [(dt.date(2026, 6, 22), "loyal", "neutral", is_expired)]
    assert (down, expired) == ((0, 1) if is_expired else (1, 0))


def test_the_closure_of_a_case_is_evidence_of_a_move() -> None:
    case = {
        "customer_id": "one",
        "opened_at": dt.datetime(2026, 1, 2, 9),
        "closed_at": dt.datetime(2026, 5, 25, 9),
        "kind": "complaint",
        "csat": 5,
    }
    tables = {"subscriptions": [term("one", LONG_AGO)], "cases": [case]}
    with closing(build_tiny(tables, "2026-06-28")) as connection:
        found = rows_of(
            connection,
            "select period_start, to_state, is_expired from fct_tier_moves"
            " where grain = 'week' and from_state = 'actively_dissatisfied'",
        )
    assert found == [(dt.date(2026, 6, 15), "neutral", False)]
