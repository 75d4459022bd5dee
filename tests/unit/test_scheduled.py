"""Scheduled churn by hand: who has cancelled and is still paid for."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from analyses.scheduled import Scheduled, describe_scheduled, fill_weeks, find_scheduled
from charts.scheduled import chart_scheduled
from metrics.drills import list_rows, load_drills, span_of
from metrics.scope import Scope
from tests.tiny import build_tiny, term

CANCELLED: dict[str, Any] = {"cancelled_on": date(2026, 1, 7)}
TERMS = [
    term("ends", "2025-01-01", "2026-02-03", mrr=30, **CANCELLED),
    term("ends on the boundary", "2025-01-01", "2026-01-12", mrr=20, **CANCELLED),
    term("cancels later", "2025-01-01", "2026-02-04", mrr=50, cancelled_on=date(2026, 1, 12)),
    term("runs out", "2025-01-01", "2026-02-04", mrr=60),
    term("keeps one", "2025-01-01", "2026-02-05", mrr=7, **CANCELLED),
    term("keeps one", "2025-01-01", mrr=70),
    term("has gone", "2025-01-01", "2026-01-08", mrr=90, **CANCELLED),
    term("changes plan", "2025-01-01", "2026-02-06", mrr=80, **CANCELLED),
    term("changes plan", "2026-02-06", mrr=80),
]


def find(connection: duckdb.DuckDBPyConnection, day: date = date(2026, 1, 5)) -> Scheduled:
    """As at the end of a week."""
    with closing(connection.cursor()) as cursor:
        return find_scheduled(cursor, span_of(cursor, "week", day), Scope())


def test_cancelled_and_still_paid_for() -> None:
    """Not who cancels after the boundary, whose term runs out, who has gone or goes on in another
    term; who keeps a term pays less."""
    tiny = build_tiny({"subscriptions": TERMS}, "2026-03-01")
    found = find(tiny)
    weeks = [
        (each.week, each.lost, each.lost_mrr, each.smaller, each.smaller_mrr)
        for each in found.endings
    ]
    assert weeks == [
        (date(2026, 1, 12), 1, 20, 0, 0),
        (date(2026, 2, 2), 1, 30, 1, 7),
    ]  # fmt: skip
    assert (found.lost, found.mrr, found.is_known, found.due) == (2, 57, True, 2)
    assert describe_scheduled(found, "EUR") == (
        "2 customers have cancelled and leave when the paid term ends, 1 will pay less: EUR 57 of MRR will go"
    )
    with closing(tiny.cursor()) as cursor:
        span = span_of(cursor, "week", date(2026, 1, 5))
        drill = load_drills()["scheduled_endings"]
        rows = list_rows(cursor, drill, span, ending_week="2026-02-02")
    assert [row["customer_id"] for row in rows.rows] == ["ends", "keeps one"]
    assert (rows.totals["falling_mrr"], rows.totals["lost"]) == (37, 1)


def test_one_who_cancelled_later_is_on_a_later_list() -> None:
    tiny = build_tiny({"subscriptions": TERMS}, "2026-03-01")
    assert find(tiny, date(2026, 1, 12)).lost == 2


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (TERMS[3:4], "Not known: no term in the data has a date of cancellation"),
        (TERMS[6:7], "Nobody who still pays has cancelled"),
    ],
)
def test_nothing_known_is_not_nothing_scheduled(terms: list[dict[str, Any]], words: str) -> None:
    found = find(build_tiny({"subscriptions": terms}, "2026-03-01"))
    assert found.endings == ()
    assert describe_scheduled(found, "EUR") == words


def test_weeks_without_an_ending_are_drawn_too() -> None:
    found = find(build_tiny({"subscriptions": TERMS}, "2026-03-01"))
    weeks = fill_weeks(found, date(2026, 1, 12))
    assert [each.week.day for each in weeks] == [12, 19, 26, 2]
    assert sum((each.lost_mrr for each in weeks), Decimal(0)) == 50
    chart = chart_scheduled(found, date(2026, 1, 12), "EUR")
    assert chart.figure["data"][0]["x"] == [20, 0, 0, 37]
    late = replace(found.endings[0], week=date(2030, 1, 7))
    assert len(fill_weeks(replace(found, endings=(late,)), date(2026, 1, 12))) == 26
