"""Aalen-Johansen: by hand, by the rows behind it, and by what must hold of any three curves."""

import datetime as dt
from contextlib import closing
from decimal import Decimal
from itertools import pairwise
from math import sqrt
from random import Random
from typing import Any

import pytest

from analyses.outcomes import (
    Day,
    Outcomes,
    compute_outcomes,
    find_median_days,
    find_outcome,
    find_outcomes,
)
from metrics.scope import Scope
from tests.tiny import build_tiny, records

BOUNDARY = dt.date(2026, 1, 12)  # the end of the last closed week
# metrics.md 2.2: 10 won, 20 lost, 20 open, 30 won, 40 open, 50 lost
WORKED = [Day(10, 1, 0, 0), Day(20, 0, 1, 1), Day(30, 1, 0, 0), Day(40, 0, 0, 1), Day(50, 0, 1, 0)]


def deal(created: int, closed: int | None = None, *, won: bool = False, **more: Any) -> Any:
    """New business, created and closed so many days before the boundary."""
    return {
        "stage": "Discovery",
        "created_on": BOUNDARY - dt.timedelta(days=created),
        "closed_on": None if closed is None else BOUNDARY - dt.timedelta(days=closed),
        "is_closed": closed is not None,
        "is_won": won,
        "kind": "new",
        "amount": Decimal(1000),
        **more,
    }


# The worked example as deals; what is decided on the boundary or later is open up to it.
DEALS = [
    deal(60, 50, won=True),
    deal(60, 40),
    deal(20),
    deal(60, 30, won=True),
    deal(40, -3, won=True),
    deal(60, 10),
]
NEVER_POOLED = [
    deal(60, 55, won=True, kind="renewal"),
    deal(60, 55, won=True, kind="expansion"),
    deal(50, 55, won=True),  # closed before it was created
    deal(0, won=True),  # created on the boundary
]


def test_the_worked_example() -> None:
    found = compute_outcomes(WORKED)
    at = {days: find_outcome(found, days) for days in (5, 10, 20, 30, 50)}
    assert [round(step.won, 6) for step in at.values() if step] == [
        0, 0.166667, 0.166667, 0.388889, 0.388889,
    ]  # fmt: skip
    assert [round(step.lost, 6) for step in at.values() if step] == [
        0, 0, 0.166667, 0.166667, 0.611111,
    ]  # fmt: skip
    assert [step.at_risk for step in found.steps] == [6, 6, 5, 3, 2, 1]
    assert (found.deals, found.won, found.lost, found.still_open) == (6, 2, 2, 2)
    assert find_median_days(found) == 30


def curves_of(rows: list[Any], cohort: str = "year") -> tuple[Outcomes, ...]:
    with closing(build_tiny({"opportunities": rows}, "2026-01-11")) as connection:
        return find_outcomes(connection.cursor(), BOUNDARY, cohort, Scope())


def test_the_worked_example_by_its_deals() -> None:
    whole, cohort = curves_of(DEALS + NEVER_POOLED)
    assert whole.steps == compute_outcomes(WORKED).steps
    assert (cohort.cohort, cohort.steps) == (dt.date(2025, 1, 1), whole.steps)
    (_, november, december) = curves_of(DEALS, "month")
    assert (november.deals, december.deals) == (4, 2)
    assert curves_of([]) == ()


def shares(rows: list[Any]) -> dict[str | None, tuple[Any, Any, Any, Any]]:
    """vel_win_cif of the last closed week."""
    with closing(build_tiny({"opportunities": rows}, "2026-01-11")) as connection:
        return {
            each.member: (each.value, each.numerator, each.denominator, each.reason)
            for each in records(connection, "vel_win_cif", last=1)
        }


def test_the_metric_is_the_curve_at_its_members() -> None:
    found = shares(DEALS + NEVER_POOLED)
    assert found["30"] == (pytest.approx(0.3888888888888889, abs=1e-15), 2, 6, None)
    # all are decided or out of sight by day 50, and the last of them is decided
    assert found["365"] == (pytest.approx(0.3888888888888889, abs=1e-15), 2, 6, None)


def test_a_share_is_undefined_beyond_the_longest_time_seen() -> None:
    found = shares([deal(91, 41, won=True), deal(95)])
    assert found["30"] == (0, 0, 2, None)
    assert found["90"] == (0.5, 1, 2, None)
    assert found["180"] == (None, None, None, "short_history")
    assert shares([])["30"] == (None, None, None, "no_denominator")
    curve = compute_outcomes([Day(50, 1, 0, 0), Day(95, 0, 0, 1)])
    assert find_outcome(curve, 95) == curve.steps[-1]
    assert find_outcome(curve, 96) is None
    assert find_outcome(compute_outcomes([]), 1) is None


def test_a_deal_closed_on_its_first_day_took_one() -> None:
    (whole, _) = curves_of([deal(60, 60, won=True), deal(60, 59), deal(60)])
    assert [(step.days, step.at_risk) for step in whole.steps] == [(0, 3), (1, 3), (60, 1)]
    assert whole.steps[1].won == whole.steps[1].lost == pytest.approx(1 / 3)


def test_metric_and_analysis_agree_over_days_and_weeks() -> None:
    random = Random(5)
    rows = [
        deal(start, closed if closed < start else None, won=random.random() < 0.4)
        for start in (random.randint(1, 500) for _ in range(300))
        for closed in (start - random.randint(0, 300),)
        if closed > -40
    ]
    with closing(build_tiny({"opportunities": rows}, "2026-01-11")) as connection:
        for record in records(connection, "vel_win_cif"):
            until = record.period_start + dt.timedelta(days=7)
            found = find_outcomes(connection.cursor(), until, "year", Scope())
            step = find_outcome(found[0], int(record.member or "")) if found else None
            if step is None:
                assert record.value is None
                continue
            assert record.value == pytest.approx(step.won, abs=1e-12)
            assert (record.low, record.high) == (
                pytest.approx(step.low, abs=1e-9),
                pytest.approx(step.high, abs=1e-9),
            )


@pytest.mark.parametrize("seed", range(20))
def test_the_three_curves_add_up_to_one_and_never_turn(seed: int) -> None:
    random = Random(seed)
    days = [Day(at, *(random.randint(0, 3) for _ in range(3))) for at in range(1, 40)]
    steps = compute_outcomes(days).steps
    for before, after in pairwise(steps):
        assert after.won + after.lost + after.open == pytest.approx(1, abs=1e-12)
        assert after.won >= before.won
        assert after.lost >= before.lost
        assert after.open <= before.open
        assert after.low is not None
        assert after.high is not None
        assert after.low <= after.won + 1e-12
        assert after.won <= after.high + 1e-12


def test_the_error_is_known_where_it_has_another_formula() -> None:
    """Nobody cut off: the binomial one. Nothing lost: Greenwood's."""
    binomial = compute_outcomes(
        [Day(1, 3, 2, 0), Day(4, 2, 4, 0), Day(9, 1, 1, 0), Day(10, 0, 7, 0)]
    )
    assert binomial.steps[-1].error == pytest.approx(sqrt(0.3 * 0.7 / 20))
    watched = compute_outcomes([Day(6, 3, 0, 1), Day(7, 1, 0, 1), Day(10, 1, 0, 16)])
    greenwood = 3 / (23 * 20) + 1 / (19 * 18) + 1 / (17 * 16)
    assert watched.steps[-1].error == pytest.approx(watched.steps[-1].open * sqrt(greenwood))


def test_none_and_all_have_an_interval() -> None:
    none = compute_outcomes([Day(1, 0, 0, 10)])
    assert (none.steps[-1].low, none.steps[-1].high) == (0, pytest.approx(0.2775, abs=5e-5))
    whole = compute_outcomes([Day(1, 7, 0, 0), Day(2, 3, 0, 0)])
    assert whole.steps[-1].high == 1
    assert shares([deal(60, 50, won=True), deal(61, 50, won=True)])["30"][0] == 1
