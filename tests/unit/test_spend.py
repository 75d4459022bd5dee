"""Spend by purpose and channel, by hand: what is known is added up, what is not is said."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from analyses.spend import (
    ECONOMICS,
    NO_CHANNEL,
    Gap,
    Spend,
    describe_gaps,
    describe_spend,
    find_spend,
    list_economics,
)
from charts.spend import chart_channels, chart_spend
from metrics.drills import list_rows, load_drills, span_of
from tests.packs import HOSTILE
from tests.tiny import build_tiny, records, term

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 4, 1)


def cost(month: str, purpose: str, amount: int, channel: str | None = None) -> dict[str, Any]:
    day = dt.date.fromisoformat(f"{month}-01")
    return {"month": day, "purpose": purpose, "amount": Decimal(amount), "channel": channel}


# Acquisition in all six months, of two channels in April; retention not in February; service from May on; no advocacy.
COSTS = [
    *(cost(f"2026-0{month}", "acquisition", 100, "web") for month in range(1, 7)),
    cost("2026-04", "acquisition", 50, HOSTILE),
    *(cost(f"2026-0{month}", "retention", 30) for month in (1, 3, 4, 5, 6)),
    *(cost(f"2026-0{month}", "service", 7, "web") for month in (5, 6)),
]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    tables: dict[str, Any] = {"subscriptions": [term("one", "2025-01-01")], "costs": COSTS}
    with closing(build_tiny(tables, "2026-07-05")) as found:
        yield found


@pytest.fixture(scope="module")
def spend(connection: duckdb.DuckDBPyConnection) -> Spend:
    found = find_spend(connection.cursor(), records(connection, "eco_spend", "quarter"), LAST)
    assert found is not None
    return found


def test_a_quarter_is_the_sum_of_what_is_known(spend: Spend) -> None:
    assert spend.quarters == (FIRST, LAST)
    assert spend.amounts["acquisition"] == {FIRST: 300, LAST: 350}
    assert spend.amounts["retention"] == {FIRST: None, LAST: 90}
    assert spend.amounts["service"] == {FIRST: None, LAST: None}
    assert (spend.total(FIRST), spend.total(LAST)) == (300, 440)
    assert (spend.known(FIRST), spend.known(LAST)) == (
        ("acquisition",),
        ("acquisition", "retention"),
    )
    assert spend.costs == {FIRST: 5, LAST: 9}


def test_what_is_not_known_is_said_by_month(spend: Spend) -> None:
    gaps = {(each.purpose, each.first.month, each.last.month) for each in spend.gaps}
    assert gaps == {("retention", 2, 2), ("service", 1, 4), ("advocacy", 1, 6)}
    assert describe_gaps([Gap("service", FIRST, LAST), Gap("retention", FIRST, FIRST)]) == (
        "The export has no cost for service in Jan 2026 to Apr 2026; for retention in Jan 2026: unknown, not free."
    )
    assert describe_gaps([]) == ""


def test_two_quarters_are_compared_only_where_the_same_is_known(spend: Spend) -> None:
    assert describe_spend(spend, "EUR") == (
        "EUR 440 was spent in Q2 2026: acquisition EUR 350, retention EUR 90, service not known, advocacy not known"
    )
    alike = Spend(
        (FIRST, LAST), {"acquisition": {FIRST: Decimal(300), LAST: Decimal(350)}}, (), {}, ()
    )
    said = "EUR 350 was spent in Q2 2026, EUR 50 more than in Q1 2026: acquisition EUR 350"
    assert describe_spend(alike, "EUR") == said


def test_a_channel_is_drawn_by_what_it_took(spend: Spend) -> None:
    found = {(each.name, each.purpose): each.amounts for each in spend.channels}
    assert found["web", "acquisition"] == {FIRST: 300, LAST: 300}
    assert found[NO_CHANNEL, "retention"] == {FIRST: 60, LAST: 90}
    chart = chart_channels(spend, "EUR")
    assert chart.title == "Most went to web (acquisition) in Q2 2026: EUR 300 of EUR 454"
    assert [row["Q1 2026"] for row in chart.rows if row["channel"] == HOSTILE] == [None]
    trace = chart.figure["data"][0]
    assert "<script" not in str((trace["y"], trace["text"]))


def test_a_column_leaves_out_what_is_not_known(spend: Spend) -> None:
    chart = chart_spend(spend, describe_spend(spend, "EUR"), "EUR")
    drawn = {trace["name"]: trace["y"] for trace in chart.figure["data"]}
    assert drawn == {
        "acquisition": [300, 350], "retention": [None, 90], "service": [None, None], "advocacy": [None, None],
    }  # fmt: skip
    assert "n = 9 costs in Q2 2026" in chart.subtitle
    assert chart.rows[0]["known in total"] == 300


def test_the_costs_behind_a_channel_are_rows(connection: duckdb.DuckDBPyConnection) -> None:
    drill = load_drills()["costs"]
    with closing(connection.cursor()) as cursor:
        span = span_of(cursor, "quarter", LAST)
        assert list_rows(cursor, drill, span, channel="web").totals == {"amount": 314}
        assert list_rows(cursor, drill, span, channel=NO_CHANNEL, purpose="retention").count == 3
        assert list_rows(cursor, drill, span_of(cursor, "week")).count == 0


def test_without_a_cost_there_is_no_spend(connection: duckdb.DuckDBPyConnection) -> None:
    assert find_spend(connection.cursor(), [], LAST) is None


def test_what_it_won_stands_by_quarter(connection: duckdb.DuckDBPyConnection) -> None:
    found = {name: records(connection, name, "quarter") for name in ECONOMICS}
    rows = list_economics(found, (FIRST, LAST), "EUR")
    assert [row["quarter"] for row in rows] == ["Q2 2026", "Q1 2026"]
    assert (rows[0]["new customers"], rows[0]["CAC"]) == ("0", "n/a")
