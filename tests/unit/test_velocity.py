"""Sales velocity at the edges of its window, by hand on a few rows each."""

import datetime as dt
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest

from tests.tiny import build_tiny, records, rows_of, term, value

WEEK = "2026-01-05"
START = dt.date(2026, 1, 5)
LONG_AGO = "2025-01-01"


def deal(name: str, created: str, closed: str | None, **more: Any) -> dict[str, Any]:
    """An opportunity of new business, lost where it is closed."""
    return {
        "opportunity_id": name,
        "customer_id": name if name in ("ours", "theirs") else None,
        "stage": "Discovery",
        "created_on": dt.date.fromisoformat(created),
        "closed_on": dt.date.fromisoformat(closed) if closed else None,
        "is_closed": closed is not None,
        "is_won": False,
        "kind": "new",
        "amount": Decimal(1000),
        **more,
    }


def won(name: str, created: str, closed: str, **more: Any) -> dict[str, Any]:
    """An opportunity that was won."""
    return deal(name, created, closed, is_won=True, **more)


VELOCITY = ("vel_open", "vel_deal", "vel_win_count", "vel_cycle")


def velocity(rows: list[dict[str, Any]], **settings: Any) -> list[tuple[Any, Any]]:
    """Value and denominator of N, D, W and L in the week that ends before 2026-01-12."""
    with closing(build_tiny({"opportunities": rows}, "2026-01-11", **settings)) as connection:
        found = [records(connection, name, last=1)[0] for name in VELOCITY]
    assert all(record.period_start == START for record in found)
    return [(record.value, record.denominator) for record in found]


def test_velocity_counts_ninety_one_days() -> None:
    """Q = 12 January 2026: Q - 91 is 13 October 2025."""
    rows = [
        won("first day", "2025-10-03", "2025-10-13", amount=Decimal(100)),
        won("a day too old", "2025-10-03", "2025-10-12", amount=Decimal(9000)),
        won("last day", "2025-12-22", "2026-01-11", amount=Decimal(200)),
        deal("lost", "2025-10-01", "2025-10-13"),
        deal("lost too early", "2025-10-01", "2025-10-12"),
    ]
    assert velocity(rows) == [(0, None), (150, 2), (pytest.approx(2 / 3), 3), (15, 2)]


def test_velocity_is_open_at_the_boundary() -> None:
    rows = [
        deal("created the day before", "2026-01-11", None),
        deal("closes on the boundary", "2025-12-01", "2026-01-12"),
        deal("closed the day before", "2025-12-01", "2026-01-11"),
        deal("its close date is a forecast", "2025-12-01", "2026-01-05", is_closed=False),
        deal("created on the boundary", "2026-01-12", None),
        deal("of unknown kind", "2025-12-01", None, kind=None),
        deal("a renewal", "2025-12-01", None, kind="renewal"),
        deal("an expansion", "2025-12-01", None, kind="expansion"),
    ]
    assert velocity(rows)[0] == (4, None)


def test_velocity_at_its_edges() -> None:
    rows = [
        won("closed before it was created", "2026-01-08", "2026-01-06", amount=Decimal(500)),
        won("closed on its first day", "2026-01-06", "2026-01-06", amount=None),
        won("for nothing", "2025-12-01", "2026-01-06", kind=None, amount=Decimal(0)),
        won("a renewal", "2025-01-01", "2026-01-06", kind="renewal", amount=Decimal(7000)),
        deal("lost", "2025-12-01", "2026-01-06"),
    ]
    # L: one day at least for the second, 36 days for the third, none for the first
    assert velocity(rows) == [(0, None), (500, 1), (0.75, 4), (18.5, 2)]


def test_velocity_without_wins() -> None:
    rows = [deal("open", "2025-12-01", None), deal("lost", "2025-12-01", "2026-01-06")]
    with closing(build_tiny({"opportunities": rows}, "2026-01-11")) as connection:
        found = {
            name: records(connection, name, last=1)[0] for name in ("vel_pipeline", "vel_cycle")
        }
        assert (found["vel_pipeline"].value, found["vel_pipeline"].reason) == (0, None)
        assert (found["vel_cycle"].value, found["vel_cycle"].reason) == (None, "no_wins")
        assert value(connection, "vel_realised", WEEK) == 0


def test_velocity_at_month_grain_has_the_same_window() -> None:
    """Q = 1 January 2026: Q - 91 is 2 October 2025, whatever the grain."""
    rows = [
        won("first day", "2025-09-01", "2025-10-02", amount=Decimal(100)),
        won("a day too old", "2025-09-01", "2025-10-01", amount=Decimal(900)),
    ]
    with closing(build_tiny({"opportunities": rows}, "2025-12-31")) as connection:
        for grain, start in (
            ("month", "2025-12-01"),
            ("quarter", "2025-10-01"),
            ("year", "2025-01-01"),
        ):
            assert value(connection, "vel_deal", start, grain) == 100
            assert value(connection, "vel_realised", start, grain) == pytest.approx(100 / 91)


def stage(opportunity: str, name: str, entered: str) -> dict[str, Any]:
    """The entry of an opportunity into a stage."""
    moment = dt.datetime.fromisoformat(entered)
    return {"opportunity_id": opportunity, "stage": name, "entered_at": moment}


def test_qualified_stages_with_history() -> None:
    rows = [deal(name, "2025-12-01", None) for name in ("forth", "and back", "never")]
    rows.append(deal("closed in it", "2025-12-01", "2025-12-20"))
    history = [
        stage("forth", "Discovery", "2025-12-01T09:00"),
        stage("forth", "Proposal", "2026-01-06T09:00"),
        stage("closed in it", "Proposal", "2025-12-10T09:00"),
        stage("closed in it", "Closed", "2025-12-22T09:00"),
        stage("and back", "Proposal", "2025-12-01T09:00"),
        stage("and back", "Discovery", "2026-01-06T10:00"),
        stage("and back", "Proposal", "2026-01-06T09:00"),
    ]
    tables = {"opportunities": rows, "opportunity_stages": history}
    connection = build_tiny(tables, "2026-01-11", qualified_stages=("Proposal",))
    with closing(connection):
        found = {
            str(each.period_start): each.value for each in records(connection, "vel_open", last=2)
        }
        assert found == {"2025-12-29": 1, "2026-01-05": 1}
        assert value(connection, "vel_open", "2025-12-01", "month") == 1
        spells = rows_of(
            connection,
            "select opportunity_id, valid_from, valid_to from fct_open_spells order by all",
        )
    assert spells == [
        ("and back", dt.date(2025, 12, 1), dt.date(2026, 1, 6)),
        ("closed in it", dt.date(2025, 12, 10), dt.date(2025, 12, 20)),
        ("forth", dt.date(2026, 1, 6), None),
    ]


def test_qualified_stages_without_history() -> None:
    """Today's stage is known of today only: earlier periods count every open stage."""
    rows = [deal("one", "2025-12-01", None), deal("two", "2025-12-01", None, stage="Proposal")]
    connection = build_tiny({"opportunities": rows}, "2026-01-11", qualified_stages=("Proposal",))
    with closing(connection):
        found = {
            str(each.period_start): each.value for each in records(connection, "vel_open", last=3)
        }
        assert found == {"2025-12-22": 2, "2025-12-29": 2, "2026-01-05": 1}
        assert value(connection, "vel_open", "2025-12-01", "month") == 1


def test_staff_is_in_no_metric() -> None:
    tables = {
        "customers": [
            {"customer_id": "ours", "is_staff_or_partner": True},
            {"customer_id": "theirs", "is_staff_or_partner": None},
        ],
        "subscriptions": [term("ours", LONG_AGO, mrr=900), term("theirs", LONG_AGO)],
        "opportunities": [deal("ours", "2026-01-01", None), deal("theirs", "2026-01-01", None)],
    }
    with closing(build_tiny(tables, "2026-01-11")) as connection:
        found = {name: value(connection, name, WEEK) for name in ("mrr", "cust_active", "vel_open")}
    assert found == {"mrr": 100, "cust_active": 1, "vel_open": 1}


def test_slices_use_the_attributes_of_today() -> None:
    tables = {
        "customers": [{"customer_id": "a", "segment": "small"}, {"customer_id": "theirs"}],
        "subscriptions": [term("a", LONG_AGO), term("theirs", LONG_AGO, mrr=30)],
        "opportunities": [
            deal("a prospect", "2026-01-01", None),
            deal("theirs", "2026-01-01", None),
        ],
    }
    with closing(build_tiny(tables, "2026-01-11")) as connection:
        by_segment = {
            (name, each.breakdown): each.value
            for name in ("mrr", "vel_open")
            for each in records(connection, name, last=1, breakdown="segment")
        }
    assert by_segment == {
        ("mrr", "small"): 100,
        ("mrr", "unknown"): 30,
        ("vel_open", "small"): 0,
        ("vel_open", "unknown"): 2,
    }
