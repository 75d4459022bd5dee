"""Velocity of closed and of created deals, the cohort that is old enough, and the cycle of all closed."""

import datetime as dt
from contextlib import closing
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from metrics.engine import Record
from tests.tiny import build_tiny, records

BOUNDARY = dt.date(2026, 1, 12)  # the end of the last closed week
AS_OF = "2026-01-11"


def deal(created: int, closed: int | None = None, **more: Any) -> dict[str, Any]:
    """New business, created and closed so many days before the boundary; lost unless told."""
    return {
        "stage": "Discovery",
        "created_on": BOUNDARY - dt.timedelta(days=created),
        "closed_on": None if closed is None else BOUNDARY - dt.timedelta(days=closed),
        "is_closed": closed is not None,
        "is_won": False,
        "kind": "new",
        "amount": Decimal(1000),
        **more,
    }


def won(created: int, closed: int, **more: Any) -> dict[str, Any]:
    """An opportunity that was won."""
    return deal(created, closed, is_won=True, **more)


def built(*rows: dict[str, Any], **tables: Any) -> duckdb.DuckDBPyConnection:
    """A company of these opportunities."""
    return build_tiny({"opportunities": rows, **tables}, AS_OF)


def last(connection: duckdb.DuckDBPyConnection, metric: str, **asked: Any) -> Record:
    """The metric's one number in the last closed week."""
    (record,) = records(connection, metric, last=1, **asked)
    return record


def test_the_worked_example_by_all_variants() -> None:
    """Won 20k in 30 days, 30k in 60, 40k in 90; lost 25k and 45k; 8 open (metrics.md 2.1)."""
    rows = [won(10 + days, 10, amount=Decimal(1000 * size)) for days, size in ((30, 20), (60, 30))]
    rows += [won(100, 10, amount=Decimal(40_000)), *(deal(50, None) for _ in range(8))]
    rows += [deal(30, 10, amount=Decimal(25_000)), deal(40, 20, amount=Decimal(45_000))]
    with closing(built(*rows)) as connection:
        found = {
            name: last(connection, name).value
            for name in ("vel_pipeline", "vel_closed", "vel_realised", "vel_cycle")
        }
        won_value = last(connection, "vel_realised").numerator
    assert found == pytest.approx(
        {"vel_pipeline": 2400, "vel_closed": 1500, "vel_realised": 90_000 / 91, "vel_cycle": 60}
    )
    assert found["vel_closed"] == pytest.approx(float(won_value or 0) / 60)  # the identity of V2


def test_a_win_without_an_amount_counts_at_the_average() -> None:
    rows = [
        won(40, 10, amount=Decimal(6000)),
        won(40, 10, amount=None),
        won(40, 10, amount=Decimal(0)),
    ]
    with closing(built(*rows)) as connection:
        assert last(connection, "vel_closed").value == pytest.approx(3 * 6000 / 30)


def test_the_cycle_of_all_closed() -> None:
    rows = [
        won(40, 10),
        deal(90, 10),
        deal(10, 10),  # on its first day: one day
        deal(10, 20),  # closed before it was created
        deal(120, 92),  # a day before the window
        deal(90),
        deal(60, 20, kind="renewal"),
        deal(60, 20, kind="expansion"),
    ]
    with closing(built(*rows)) as connection:
        record = last(connection, "vel_cycle_all")
    assert (record.numerator, record.denominator, record.value) == (30 + 80 + 1, 3, 37)


def test_the_cohort_is_as_old_as_nine_in_ten_wins_took() -> None:
    """Ten wins of 1 to 10 days in the window: nine in ten were won within 9 days, so the cohort was
    created in the 91 days that end 9 before the boundary."""
    wins = [won(80 + days, 80) for days in range(1, 11)]  # created 81 to 90 days before
    rows = [
        *wins,
        deal(100),  # the first day of the cohort, still open
        deal(101),  # a day too old
        deal(10),  # its last day
        deal(9),  # too young
        won(10, 0),  # won on the boundary: open as far as is known
        won(99, 92),  # in the cohort, won before the window: no part of the maturity
        deal(50, kind="renewal"),
    ]
    with closing(built(*rows)) as connection:
        record = last(connection, "vel_win_created")
        created = last(connection, "vel_created")
    assert (record.numerator, record.denominator) == (11, 14)
    # 13 of these were created in the last 91 days
    assert created.value == pytest.approx(13 / 91 * 11 / 14 * 1000)


def test_without_a_win_no_cohort_is_old_enough() -> None:
    with closing(built(deal(60), deal(60, 20))) as connection:
        found = {
            name: (last(connection, name).value, last(connection, name).reason)
            for name in ("vel_closed", "vel_created", "vel_win_created")
        }
    assert found == {
        "vel_closed": (0, None),
        "vel_created": (None, "no_wins"),
        "vel_win_created": (None, "no_wins"),
    }


def test_nothing_is_known_of_a_later_day() -> None:
    """What is created or closed on the boundary or after it changes no closed week."""
    rows = [won(60, 20), won(50, 20), deal(40, 30), deal(45)]
    later = [deal(0), won(30, 0), won(20, -3), deal(35, -1)]
    # of those, as far as is known at the boundary, three are open and one does not exist
    same = [deal(30), deal(20), deal(35)]
    names = ("vel_closed", "vel_created", "vel_win_created", "vel_cycle_all")
    with closing(built(*rows, *later)) as one, closing(built(*rows, *same)) as two:
        assert [last(one, name) for name in names] == [last(two, name) for name in names]
