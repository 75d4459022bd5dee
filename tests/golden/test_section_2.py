"""Sales velocity: the worked examples, published numbers and edge cases of metrics.md 2.

Windows and boundaries are in tests/unit/test_velocity.py, what drove a change in
test_decomposition.py, stages in test_stages.py.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.tiny import build_tiny, records, value

WEEK = "2026-01-05"
CLOSED_ON = dt.date(2026, 1, 8)
AS_OF = "2026-01-11"

Rows = list[dict[str, Any]]


def deal(name: str, days: int, *, amount: int | None = 1000, **more: Any) -> dict[str, Any]:
    """A deal of new business that was lost on 8 January, so many days after it was created."""
    return {
        "opportunity_id": name,
        "stage": "Discovery",
        "created_on": CLOSED_ON - dt.timedelta(days=days),
        "closed_on": CLOSED_ON,
        "is_closed": True,
        "is_won": False,
        "kind": "new",
        "amount": None if amount is None else Decimal(amount),
        **more,
    }


def won(name: str, days: int, amount: int | None, **more: Any) -> dict[str, Any]:
    return deal(name, days, amount=amount, is_won=True, **more)


def still_open(count: int) -> Rows:
    running = {"closed_on": None, "is_closed": False}
    return [deal(f"open {n}", 20, amount=None, **running) for n in range(count)]


def build(rows: Rows) -> duckdb.DuckDBPyConnection:
    return build_tiny({"opportunities": rows}, AS_OF)


def numbers(rows: Rows, *metrics: str) -> Mapping[str, Any]:
    with closing(build(rows)) as connection:
        return {name: value(connection, name, WEEK) for name in metrics}


WORKED = [
    won("w1", 30, 20_000), won("w2", 60, 30_000), won("w3", 90, 40_000),
    deal("l1", 10, amount=25_000), deal("l2", 200, amount=45_000), *still_open(8),
]  # fmt: skip


@pytest.fixture(scope="module")
def worked() -> Iterator[duckdb.DuckDBPyConnection]:
    """2.1: three won, two lost, eight open."""
    with closing(build(WORKED)) as connection:
        yield connection


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("vel_open", 8),
        ("vel_deal", 30_000),
        ("vel_win_count", 0.6),
        ("vel_cycle", 60),
        ("vel_pipeline", 2_400),
        ("vel_closed", 1_500),
        ("vel_win_value", 0.5625),
        ("vel_realised", 90_000 / 91),  # 1,000 a day over the 90 days of the text
    ],
)
def test_worked_example(worked: duckdb.DuckDBPyConnection, metric: str, expected: float) -> None:
    assert value(worked, metric, WEEK) == pytest.approx(expected)


def test_three_of_five_says_how_little_it_knows(worked: duckdb.DuckDBPyConnection) -> None:
    """Wilson 23.1 to 88.2 %."""
    (found,) = records(worked, "vel_win_count", period=dt.date.fromisoformat(WEEK))
    assert (found.low, found.high) == pytest.approx((0.231, 0.882), abs=5e-4)


@pytest.mark.parametrize(
    ("count", "amount", "velocity"), [(40, 25_000, 2_777.78), (50, 12_000, 1_666.67)]
)
def test_published_velocities(count: int, amount: int, velocity: float) -> None:
    """G28: 40 x 25,000 x 0.25 / 90 and 50 x 0.25 x 12,000 / 90."""
    lost = [deal(f"lost {n}", 30) for n in range(3)]
    rows = [won("won", 90, amount), *lost, *still_open(count)]
    assert numbers(rows, "vel_pipeline")["vel_pipeline"] == pytest.approx(velocity, abs=5e-3)


def test_close_rate_leaves_out_what_is_open() -> None:
    """G30: of 100 created 3 were won, 7 lost, 90 are open: close rate 30 %."""
    rows = [won(f"w{n}", 30, 10) for n in range(3)] + [deal(f"l{n}", 30) for n in range(7)]
    assert numbers(rows + still_open(90), "vel_win_count", "vel_open") == {
        "vel_win_count": 0.3,
        "vel_open": 90,
    }


def test_created_win_rate_counts_what_is_open() -> None:
    """G30: 3 of the same 100 were won: created win rate 3 %.

    A deal is won after 30 days, so the cohort was created in the 91 days to 13 December.
    """
    rows = [won(f"w{n}", 30, 10) for n in range(3)] + [deal(f"l{n}", 40) for n in range(7)]
    running = {"closed_on": None, "is_closed": False}
    rows += [deal(f"open {n}", 60, **running) for n in range(90)]
    rows += [deal(f"too young {n}", 20, **running) for n in range(50)]
    with closing(build(rows)) as connection:
        (found,) = records(connection, "vel_win_created", period=dt.date.fromisoformat(WEEK))
    assert (found.numerator, found.denominator, found.value) == (3, 100, 0.03)


def test_no_win_is_no_velocity_and_nothing_closed_is_unknown() -> None:
    names = ("vel_pipeline", "vel_win_count", "vel_deal", "vel_cycle", "vel_realised")
    lost = numbers([deal("l", 30), *still_open(3)], *names)
    assert list(lost.values()) == [0, 0, None, None, 0]
    nothing = numbers(still_open(3), *names)
    assert list(nothing.values()) == [None, None, None, None, 0]


def test_won_on_the_day_it_was_created_counts_a_day() -> None:
    rows = [won("w", 0, 500), *still_open(2)]
    assert numbers(rows, "vel_cycle", "vel_pipeline") == {"vel_cycle": 1, "vel_pipeline": 1000}


def test_a_deal_without_an_amount_counts_as_won_and_not_in_the_mean() -> None:
    rows = [won("w1", 10, 600), won("w2", 10, None), won("w3", 10, -5), deal("l", 10)]
    found = numbers(rows, "vel_deal", "vel_win_count")
    assert found == {"vel_deal": 600, "vel_win_count": 0.75}


def test_the_cycle_runs_forward() -> None:
    """Closed less created: a difference of dates taken the wrong way round would be negative."""
    assert numbers([won("w", 45, 1)], "vel_cycle") == {"vel_cycle": 45}


def test_a_close_before_the_creation_is_in_no_cycle() -> None:
    rows = [won("backwards", -3, 900), won("w", 20, 100)]
    assert numbers(rows, "vel_cycle", "vel_deal") == {"vel_cycle": 20, "vel_deal": 500}


@pytest.mark.parametrize("kind", ["renewal", "expansion"])
def test_what_existing_customers_buy_is_never_pooled(kind: str) -> None:
    """Renewals and expansions have other cycles and other chances."""
    names = ("vel_open", "vel_deal", "vel_win_count", "vel_win_value", "vel_cycle",
             "vel_pipeline", "vel_realised", "vel_won")  # fmt: skip
    more: Rows = [
        won("other won", 400, 99_999),
        deal("other lost", 300, amount=5),
        *still_open(5),
    ]
    more = [{**row, "opportunity_id": f"{kind} {n}", "kind": kind} for n, row in enumerate(more)]
    assert numbers(WORKED + more, *names) == numbers(WORKED, *names)
