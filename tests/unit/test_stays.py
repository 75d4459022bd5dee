"""How long customers stay, as counts: renewals faced, the renewal period, age that is not known."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses.lifetime.sbg import Renewals, count_cohort
from analyses.lifetime.stays import (
    Basis,
    compute_survivals,
    count_renewals,
    find_basis,
    find_stays,
    to_stays,
)
from analyses.survival import Change, compute_curve
from metrics.scope import Scope
from tests.tiny import build_tiny, term

UNTIL = dt.date(2026, 1, 1)
MONTHLY = Basis(UNTIL, 1, 0, 0, 0)


def build(terms: list[dict[str, Any]], as_of: str = "2026-01-04") -> Any:
    return build_tiny({"subscriptions": terms}, as_of, dimensions=["segment"])


def test_renewals_are_counted_by_the_window_of_half_a_month() -> None:
    """Yearly renewals: lost at 12 months and 12 days is lost at the first; a year and ten days
    watched is no renewal yet, whoever was lost in it; so many must have been watched from the start."""
    connection = build(
        [
            term("first", "2020-01-01"),
            term("a", "2023-06-01", "2024-06-12"),  # 12.4 months: at the first renewal
            term("b", "2023-06-01", "2024-06-25"),  # 12.8 months: in the second year
            term("c", "2023-06-01"),  # 31 months: two renewals faced, still there
            term("d", "2024-12-25", "2025-12-20"),  # 12.2 months at the end: not counted yet
            term("e", "2024-12-25"),
            term("f", "2025-12-31"),
        ]
    )
    cursor = connection.cursor()
    found = find_stays(cursor, replace(MONTHLY, period=12), Scope(), None)[None]
    renewals = count_renewals(found)
    # of the first day's customer 72 months: six renewals less half a month
    assert renewals == Renewals((4, 3, 1, 1, 1), (1, 1, 0, 0, 0))
    assert (found.all, found.all_ended) == (7, 3)


def test_a_stay_watched_late_faces_only_what_comes_later() -> None:
    """The records begin on 1 June 2025: nothing is known of those who left before."""
    connection = build_tiny(
        {
            "subscriptions": [term("a", "2024-06-01"), term("b", "2025-06-01", "2025-09-01")],
            "customers": [
                {"customer_id": "a", "created_on": dt.date(2025, 6, 1)},
                {"customer_id": "b", "created_on": dt.date(2025, 6, 1)},
            ],
        },
        "2026-01-04",
    )
    found = count_renewals(find_stays(connection.cursor(), MONTHLY, Scope(), None)[None])
    assert found.at_risk[:6] == (1, 1, 1, 0, 0, 0)
    assert found.lost[:6] == (0, 0, 1, 0, 0, 0)
    assert found.at_risk[12:] == (1,) * (len(found.at_risk) - 12)
    assert found.at_risk[11] == 0


@pytest.mark.parametrize(("on_time", "period"), [(20, 12), (15, 1)])
def test_the_renewal_period_is_where_the_endings_lie(on_time: int, period: int) -> None:
    yearly = [
        term(f"y{day}", f"2023-03-{day:02}", f"2024-03-{day:02}") for day in range(1, on_time + 1)
    ]
    others = [term(f"o{day}", f"2023-05-{day:02}", f"2024-01-{day:02}") for day in range(1, 6)]
    basis = find_basis(build([*yearly, *others]).cursor(), UNTIL)
    assert (basis.period, basis.endings) == (period, on_time + 5)


def test_nineteen_endings_show_no_period() -> None:
    yearly = [term(f"y{day}", f"2023-03-{day:02}", f"2024-03-{day:02}") for day in range(1, 20)]
    assert find_basis(build(yearly).cursor(), UNTIL).period == 1


def test_an_ending_that_is_not_known_yet_counts_for_nothing() -> None:
    """Adding what happens later changes nothing of before: the law of metrics.md 9."""
    terms = [term(f"c{day}", f"2025-03-{day:02}", f"2025-06-{day:02}") for day in range(1, 25)]
    later = [{**each, "ended_on": None} for each in terms[10:]]
    until = dt.date(2025, 6, 11)
    found = [
        find_stays(build(each).cursor(), replace(MONTHLY, until=until), Scope(), None)[None]
        for each in (terms, [*terms[:10], *later])
    ]
    assert count_renewals(found[0]) == count_renewals(found[1])
    assert (found[0].left == found[1].left).all()


def test_stays_of_the_first_day_are_left_out_where_they_are_many() -> None:
    old = [term(f"old{n}", "2023-01-02") for n in range(3)]
    new = [term(f"new{n}", "2024-01-02") for n in range(30)]
    cursor = build([*old, *new]).cursor()
    basis = find_basis(cursor, UNTIL)
    assert basis.unknown == 3
    assert find_stays(cursor, basis, Scope(), None)[None].all == 30
    assert find_basis(build([old[0], *new]).cursor(), UNTIL).unknown == 0


@given(st.lists(st.tuples(st.integers(1, 900), st.booleans()), min_size=1, max_size=60))
def test_the_observed_curve_is_that_of_the_other_analyses(stays: list[tuple[int, bool]]) -> None:
    found = to_stays([(0, day, is_over, 0, 1, False, 1) for day, is_over in stays])
    days, survivals = compute_survivals(found, found.count[None, :])
    changes = [Change(0, len(stays), 0, 0)]
    for day in sorted({each for each, _ in stays}):
        ended = sum(1 for each in stays if each == (day, True))
        changes.append(Change(day, 0, ended, sum(1 for each, _ in stays if each == day)))
    steps = compute_curve(changes).steps
    assert list(days) == [step.time for step in steps]
    assert survivals[0] == pytest.approx([step.survival for step in steps])


def test_late_entries_are_at_risk_after_their_entry() -> None:
    found = to_stays(
        [
            (0, 10, True, 0, 0, False, 1),
            (0, 40, False, 0, 0, False, 3),
            (20, 30, True, 0, 0, False, 1),
        ]
    )
    days, survivals = compute_survivals(found, found.count[None, :])
    assert list(days) == [10, 30, 40]
    assert survivals[0] == pytest.approx([0.75, 0.75 * 0.75, 0.75 * 0.75])


def test_a_cohort_counts_who_is_left() -> None:
    assert count_cohort([10, 5], 85) == Renewals((100, 90), (10, 5))
