"""Which deals a customer helped with, and how these fare beside the others."""

import datetime as dt
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest

from tests.tiny import build_tiny, records, rows_of

BOUNDARY = dt.date(2026, 1, 12)  # the end of the last closed week


def day(before: int) -> dt.date:
    """So many days before the boundary."""
    return BOUNDARY - dt.timedelta(days=before)


def deal(name: str, created: int, closed: int | None, *, won: bool = True, **more: Any) -> Any:
    """New business, created and closed so many days before the boundary."""
    return {
        "opportunity_id": name,
        "stage": "Closed",
        "created_on": day(created),
        "closed_on": None if closed is None else day(closed),
        "is_closed": closed is not None,
        "is_won": won and closed is not None,
        "kind": "new",
        "amount": Decimal(1000),
        **more,
    }


def act(deal_name: str | None, before: int, kind: str = "referral", **more: Any) -> Any:
    """An act of a customer, linked to a deal."""
    return {
        "customer_id": "friend",
        "occurred_on": day(before),
        "kind": kind,
        "is_solicited": False,
        "opportunity_id": deal_name,
        **more,
    }


def ask(deal_name: str, before: int, outcome: str | None, **more: Any) -> Any:
    """A request to a customer to speak for us to the buyer of a deal."""
    return {
        "customer_id": "friend",
        "asked_on": day(before),
        "for_opportunity_id": deal_name,
        "outcome": outcome,
        **more,
    }


# The deal, what is linked to it, and whether it counts as aided.
LINKS: dict[str, tuple[list[Any], list[Any], bool]] = {
    "referral": ([act("referral", 20)], [], True),
    "introduction": ([act("introduction", 20, "introduction")], [], True),
    "reference": ([act("reference", 20, "reference")], [], True),
    "accepted": ([], [ask("accepted", 20, "accepted")], True),
    "twice": ([act("twice", 20), act("twice", 15)], [ask("twice", 20, "accepted")], True),
    "on the day": ([act("on the day", 10)], [], True),
    "before it was created": ([act("before it was created", 90)], [], True),
    "after the close": ([act("after the close", 9)], [], False),
    "declined": ([], [ask("declined", 20, "declined")], False),
    "no answer": ([], [ask("no answer", 20, None)], False),
    "another act": ([act("another act", 20, "case_study")], [], False),
    "of staff": ([act("of staff", 20, customer_id="ours")], [], False),
    "not linked": ([act(None, 20)], [], False),
}


def aided(rows: list[Any], *acts: Any) -> dict[str, Any]:
    """The four numbers of the last closed week, by metric and member."""
    tables = {"opportunities": rows, "advocacy_events": acts}
    with closing(build_tiny(tables, "2026-01-11")) as connection:
        return {
            f"{name} {each.member}": each
            for name in ("vel_aided_won", "vel_aided_value", "vel_aided_win", "vel_aided_cycle")
            for each in records(connection, name, last=1)
        }


def test_what_counts_as_help() -> None:
    tables = {
        "customers": [{"customer_id": "ours", "is_staff_or_partner": True}],
        "opportunities": [deal(name, 60, 10) for name in LINKS],
        "advocacy_events": [each for acts, _, _ in LINKS.values() for each in acts],
        "reference_asks": [each for _, asks, _ in LINKS.values() for each in asks],
    }
    with closing(build_tiny(tables, "2026-01-11")) as connection:
        found = rows_of(connection, "select opportunity_id, is_aided from fct_opportunities")
        (won, _) = records(connection, "vel_aided_won", last=1)
    assert dict(found) == {name: is_aided for name, (_, _, is_aided) in LINKS.items()}
    assert won.value == 7  # a deal with several acts counts once


def test_aided_beside_the_others() -> None:
    rows = [
        deal("a1", 40, 10, amount=Decimal(30_000)),
        deal("a2", 60, 10, amount=None),
        deal("a3", 70, 30, won=False),
        deal("u1", 50, 20, amount=Decimal(60_000)),
        deal("u2", 80, 20, won=False),
        deal("u3", 80, 25, won=False),
        deal("open", 80, None),
        deal("a4", 200, 92, amount=Decimal(9)),  # closed before the window
        deal("renewal", 60, 10, kind="renewal", amount=Decimal(500_000)),
        deal("expansion", 60, 10, kind="expansion", amount=Decimal(500_000)),
    ]
    names = ("a1", "a2", "a3", "a4", "open", "renewal", "expansion")
    found = aided(rows, *(act(name, 100 if name == "a4" else 35) for name in names))
    numbers = {name: (each.numerator, each.denominator) for name, each in found.items()}
    assert [found[f"vel_aided_won {each}"].value for each in ("aided", "unaided")] == [2, 1]
    assert numbers["vel_aided_value aided"] == (30_000, 90_000)
    assert numbers["vel_aided_value unaided"] == (60_000, 90_000)
    assert numbers["vel_aided_win aided"] == (2, 3)
    assert numbers["vel_aided_win unaided"] == (1, 3)
    assert found["vel_aided_win aided"].high == pytest.approx(0.9385, abs=5e-5)
    assert numbers["vel_aided_cycle aided"] == (30 + 50, 2)
    assert numbers["vel_aided_cycle unaided"] == (30, 1)


def test_without_an_aided_deal_its_rates_are_undefined() -> None:
    found = aided([deal("one", 60, 10), deal("two", 60, 10, won=False)])
    assert found["vel_aided_won aided"].value == 0
    assert found["vel_aided_value aided"].value == 0
    assert found["vel_aided_win aided"].reason == "no_denominator"
    assert found["vel_aided_cycle aided"].reason == "no_wins"
    assert found["vel_aided_win unaided"].value == 0.5


def test_without_a_table_of_acts_nothing_is_said() -> None:
    with closing(build_tiny({"opportunities": [deal("one", 60, 10)]}, "2026-01-11")) as connection:
        connection.execute(
            "update table_status set is_present = false where table_name = 'advocacy_events'"
        )
        (record,) = records(connection, "vel_aided_win", last=1)
    assert (record.value, record.reason) == (None, "missing_table")
