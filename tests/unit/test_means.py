"""Intervals of means, by hand and against scipy's own Welch."""

import datetime as dt
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from scipy import stats

from analyses.won_samples import find_samples
from metrics.means import Sample, compute_mean_difference, compute_mean_interval
from metrics.scope import Scope
from tests.tiny import build_tiny

UNTIL = dt.date(2026, 1, 12)


def test_the_interval_of_a_mean() -> None:
    """10 +/- 1.96 x 2 / sqrt(16) = 9.02 to 10.98."""
    assert compute_mean_interval(Sample(16, 10, 2)) == pytest.approx((9.02, 10.98), abs=1e-4)
    assert compute_mean_interval(Sample(1, 10, None)) == (None, None)
    assert compute_mean_interval(Sample(0, None, None)) == (None, None)


def test_the_difference_of_two_means_is_welchs() -> None:
    one, other = [3.0, 5.0, 9.0, 14.0, 20.0, 8.0], [1.0, 4.0, 2.0, 6.0, 3.0]
    samples = [
        Sample(len(each), float(stats.tmean(each)), float(stats.tstd(each)))
        for each in (one, other)
    ]
    found = compute_mean_difference(*samples)
    expected = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.value == pytest.approx(9.833333 - 3.2)


def test_a_difference_without_a_spread() -> None:
    still = compute_mean_difference(Sample(5, 3, 0), Sample(5, 2, 0))
    assert (still.value, still.low, still.high, still.is_distinguishable) == (1, 1, 1, True)
    assert compute_mean_difference(Sample(1, 3, None), Sample(5, 2, 1)).low is None


def won(created: int, closed: int, amount: int | None, **more: Any) -> dict[str, Any]:
    """New business won so many days before the boundary."""
    return {
        "stage": "Won",
        "created_on": UNTIL - dt.timedelta(days=created),
        "closed_on": UNTIL - dt.timedelta(days=closed),
        "is_closed": True,
        "is_won": True,
        "kind": "new",
        "amount": None if amount is None else Decimal(amount),
        **more,
    }


def test_the_samples_are_those_of_the_metrics() -> None:
    """Amounts 100 and 300: mean 200, s = sqrt(20,000); cycles 10, 30 and 20: mean 20, s = 10."""
    rows = [
        won(20, 10, 100),
        won(121, 91, 300),
        won(25, 5, 0),
        won(20, 21, None),
        won(92, 92, 9000),
        won(20, 10, 9000, is_won=False),
        won(20, 10, 9000, kind="renewal"),
    ]
    with closing(build_tiny({"opportunities": rows}, "2026-01-11")) as connection:
        found = find_samples(connection.cursor(), UNTIL, Scope())
        nothing = find_samples(connection.cursor(), dt.date(2020, 1, 6), Scope())
    deal, cycle = found["average_deal"], found["cycle_days"]
    assert (deal.n, deal.mean, deal.deviation) == (2, 200, pytest.approx(20_000**0.5))
    assert (cycle.n, cycle.mean, cycle.deviation) == (3, 20, pytest.approx(10))
    assert nothing["average_deal"] == Sample(0, None, None)
