"""Churn and retention by tier: by hand on a company of a few customers, and against the totals."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics.engine import Record, evaluate
from metrics.periods import GRAINS
from metrics.registry import load_metrics
from tests.tiny import build_tiny, records, term
from warehouse.publish import open_published

SPLITS = {"churn_tier": "churn_logo", "grr_tier": "ret_grr", "nrr_tier": "ret_nrr"}
MEMBERS = ("actively_dissatisfied", "dissatisfied", "neutral", "loyal", "advocate", "none")

# The loyal one gave a reference, the angry one has an open complaint, the new one began on a
# Tuesday: a month that opens on the Wednesday after has no Sunday of its own for it.
TERMS = [
    term("loyal", "2025-01-06", "2026-04-06", 100),
    term("loyal", "2026-04-06", None, 130),
    term("angry", "2025-01-06", "2026-03-04", 200),
    term("quiet", "2025-01-06", None, 50),
    term("new", "2025-03-31", "2026-04-10", 70),
]
ACTS = [
    {
        "customer_id": "loyal",
        "occurred_on": dt.date(2025, 2, 12),
        "kind": "reference",
        "is_solicited": True,
    }
]
CASES = [
    {
        "customer_id": "angry",
        "opened_at": dt.datetime(2026, 2, 25, 9),
        "closed_at": None,
        "kind": "complaint",
    }
]


@pytest.fixture(scope="module")
def tiny() -> Iterator[duckdb.DuckDBPyConnection]:
    tables = {"subscriptions": TERMS, "advocacy_events": ACTS, "cases": CASES}
    with closing(build_tiny(tables, "2026-05-03")) as connection:
        yield connection


def counts(
    connection: duckdb.DuckDBPyConnection, metric: str, grain: str, period: str
) -> dict[str | None, tuple[Any, Any]]:
    """Member -> numerator and denominator, those with nobody left out."""
    found = records(connection, metric, grain, period=dt.date.fromisoformat(period))
    assert tuple(record.member for record in found) == MEMBERS
    return {
        record.member: (record.numerator, record.denominator)
        for record in found
        if record.denominator
    }


def test_a_lost_customer_counts_in_the_tier_of_the_periods_start(
    tiny: duckdb.DuckDBPyConnection,
) -> None:
    # The complaint of 25 February makes it actively dissatisfied on Sunday, 1 March.
    assert counts(tiny, "churn_tier", "week", "2026-03-02") == {
        "actively_dissatisfied": (1, 1), "neutral": (0, 3),
    }  # fmt: skip
    assert counts(tiny, "churn_tier", "week", "2026-02-23")["neutral"] == (0, 4)
    # March begins on that Sunday: its start sees Sunday, 22 February, when all was quiet.
    assert counts(tiny, "churn_tier", "month", "2026-03-01") == {"neutral": (1, 4)}
    # In 2026's first quarter it was lost as a neutral one, and the loyal act was in force.
    assert counts(tiny, "churn_tier", "quarter", "2026-01-01") == {
        "loyal": (0, 1), "neutral": (1, 3),
    }  # fmt: skip


def test_who_began_after_the_last_sunday_has_no_tier_at_the_start(
    tiny: duckdb.DuckDBPyConnection,
) -> None:
    # Begun on Monday, 31 March 2025; April opens on Tuesday, its last Sunday is the 30th.
    assert counts(tiny, "churn_tier", "month", "2025-04-01")["none"] == (0, 1)
    assert "none" not in counts(tiny, "churn_tier", "week", "2025-04-07")


def test_retention_goes_by_the_tier_at_the_start_of_its_window(
    tiny: duckdb.DuckDBPyConnection,
) -> None:
    # Month April 2026 ends on 1 May 2026 and looks back to 1 May 2025: loyal 100, angry 200,
    # quiet 50 and new 70 then; 130, 0, 50 and 0 now.
    assert counts(tiny, "grr_tier", "month", "2026-04-01") == {
        "loyal": (100, 100), "neutral": (50, 320),
    }  # fmt: skip
    assert counts(tiny, "nrr_tier", "month", "2026-04-01") == {
        "loyal": (130, 100), "neutral": (50, 320),
    }  # fmt: skip
    # March looks back to 1 April 2025, when the new one had no Sunday yet.
    assert counts(tiny, "nrr_tier", "month", "2026-03-01") == {
        "loyal": (100, 100), "neutral": (50, 250), "none": (70, 70),
    }  # fmt: skip


def test_retention_is_missing_where_the_history_is_short(
    tiny: duckdb.DuckDBPyConnection,
) -> None:
    found = records(tiny, "grr_tier", "month", period=dt.date(2025, 12, 1))
    assert {record.reason for record in found} == {"short_history"}
    assert all(record.numerator is None for record in found)


def test_a_lapse_and_return_inside_a_week_keeps_the_tier() -> None:
    tables = {
        "subscriptions": [
            term("back", "2025-01-06", "2026-03-04"),
            term("back", "2026-03-06", None, 120),
        ]
    }
    with closing(build_tiny(tables, "2026-04-05")) as connection:
        assert counts(connection, "churn_tier", "week", "2026-03-02") == {"neutral": (0, 1)}
        assert counts(connection, "churn_tier", "week", "2026-03-09") == {"neutral": (0, 1)}


def test_a_leap_day_a_year_later_is_that_of_the_later_change() -> None:
    tables = {
        "subscriptions": [
            term("leap", "2024-01-01", "2024-02-28", 100),
            term("leap", "2024-02-28", "2024-02-29", 300),
            term("leap", "2024-02-29", None, 150),
        ]
    }
    with closing(build_tiny(tables, "2025-03-31")) as connection:
        assert counts(connection, "grr_tier", "month", "2025-02-01") == {"neutral": (150, 150)}
        (total,) = records(connection, "ret_grr", "month", period=dt.date(2025, 2, 1))
        assert (total.numerator, total.denominator) == (150, 150)


def sums(found: list[Record]) -> dict[tuple[Any, Any], tuple[Any, Any]]:
    """Period and breakdown -> summed numerators and denominators."""
    totals: dict[tuple[Any, Any], tuple[Any, Any]] = {}
    for record in found:
        place = (record.period_start, record.breakdown)
        numerator, denominator = totals.get(place, (0, 0))
        totals[place] = (
            numerator + (record.numerator or 0),
            denominator + (record.denominator or 0),
        )
    return totals


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("metric", SPLITS)
def test_the_six_add_up_on_the_sample(sample_warehouse: Path, metric: str, grain: str) -> None:
    metrics = load_metrics()
    with closing(open_published(sample_warehouse).connection) as connection:
        for breakdown in (None, "segment"):
            by_tier, total = (
                sums(evaluate(cursor, metrics[name], grain=grain, breakdown=breakdown))
                for name in (metric, SPLITS[metric])
                for cursor in [connection.cursor()]
            )
            assert by_tier == total
            assert any(denominator for _, denominator in total.values())


def test_a_weeks_opening_is_the_spread_of_the_sunday_before(sample_warehouse: Path) -> None:
    metrics = load_metrics()
    with closing(open_published(sample_warehouse).connection) as connection:
        spread, opening = (
            {
                (record.period_start, record.member): amount
                for record in evaluate(connection.cursor(), metrics[name])
                for amount in [getattr(record, field)]
            }
            for name, field in (("adv_share", "numerator"), ("churn_tier", "denominator"))
        )
    week = dt.timedelta(days=7)
    compared = [
        (customers, opening[start + week, member])
        for (start, member), customers in spread.items()
        if (start + week, member) in opening
    ]
    assert len(compared) > 500
    assert all(one == other for one, other in compared)
    assert not any(amount for (_, member), amount in opening.items() if member == "none")
