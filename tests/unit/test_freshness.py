"""How old a table's newest row is, and when that is a warning."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from tests.tiny import build_tiny, rows_of, term
from warehouse.gate.check import load_checks
from warehouse.gate.freshness import measure_freshness

SUNDAY = date(2026, 11, 15)


def case_every(days: int, until: date, since: date = date(2025, 11, 10)) -> list[dict[str, Any]]:
    """A case every so many days, the last on the day given."""
    count = (until - since).days // days
    return [
        {"customer_id": "A", "opened_at": until - timedelta(days=days * number)}
        for number in range(count + 1)
    ]


def measure(cases: Sequence[dict[str, Any]], as_of: date = SUNDAY) -> tuple[Any, ...]:
    """newest_on, age, longest gap and staleness of the cases, and what the check says."""
    tables = {"subscriptions": [term("A", "2025-01-06")], "cases": cases}
    connection = build_tiny(tables, as_of.isoformat())
    connection.execute(
        "create or replace table table_status as select 'cases' as table_name, true as is_present"
    )
    measure_freshness(connection)
    (found,) = rows_of(
        connection,
        "select newest_on, age_days, longest_gap_days, is_stale from table_freshness",
    )
    return found


@pytest.mark.parametrize(
    ("cases", "found"),
    [
        # every day, and on the last one too
        (case_every(1, SUNDAY), (SUNDAY, 0, 1, False)),
        # every day until the Friday: the week is not empty
        (case_every(1, date(2026, 11, 13)), (date(2026, 11, 13), 2, 1, False)),
        # nothing in the last closed week, 9 to 15 November
        (case_every(1, date(2026, 11, 8)), (date(2026, 11, 8), 7, 1, True)),
        (case_every(6, date(2026, 11, 8)), (date(2026, 11, 8), 7, 6, True)),
        # a week without a case has been seen before
        (case_every(7, date(2026, 11, 8)), (date(2026, 11, 8), 7, 7, False)),
        (case_every(7, date(2026, 11, 7)), (date(2026, 11, 7), 8, 7, True)),
        # every second week: no weekly habit, so nothing to miss
        (case_every(14, date(2026, 9, 1)), (date(2026, 9, 1), 75, None, False)),
        # twenty weeks are no habit yet
        (case_every(1, date(2026, 11, 1), date(2026, 6, 20)), (date(2026, 11, 1), 14, None, False)),
    ],
)  # fmt: skip
def test_a_table_is_measured_by_its_own_year(
    cases: list[dict[str, Any]], found: tuple[Any, ...]
) -> None:
    assert measure(cases) == found


def test_a_running_week_without_a_row_is_no_silence() -> None:
    """On Wednesday the 18th, the week from the 16th is not over and that of the 9th had rows."""
    assert measure(case_every(1, SUNDAY), date(2026, 11, 18)) == (SUNDAY, 3, 1, False)


def test_an_old_gap_and_a_row_to_come_do_not_count() -> None:
    old = case_every(1, date(2024, 6, 1), date(2024, 1, 1))
    to_come = [{"customer_id": "A", "opened_at": date(2026, 12, 24)}]
    found = measure([*old, *case_every(1, date(2026, 11, 8)), *to_come])
    assert found == (date(2026, 11, 8), 7, 1, True)


def test_a_table_without_a_row_has_no_age() -> None:
    assert measure([]) == (None, None, None, False)


def test_the_check_says_since_when_and_what_was_normal() -> None:
    tables = {"subscriptions": [term("A", "2025-01-06")], "cases": case_every(1, date(2026, 11, 1))}
    connection = build_tiny(tables, SUNDAY.isoformat())
    measure_freshness(connection)
    sql = next(each for each in load_checks() if each.name == "tables_are_fresh").sql
    assert connection.execute(sql).fetchall() == [
        (
            "nothing new in cases since 1 Nov 2026 (14 days; the longest gap of the year before was 1)",
        )
    ]
