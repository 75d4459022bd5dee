"""Intervals against published numbers."""

import pytest

from metrics.intervals import (
    Difference,
    compute_difference,
    compute_nps_interval,
    compute_poisson,
    compute_wilson,
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        # Newcombe 1998, table I, method 3 (G20)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # computed
        (0, 10, 0.0000, 0.2775),
        (4, 120, 0.0130, 0.0826),
        (0, 40, 0.0000, 0.0876),
        (40, 40, 0.9124, 1.0000),
        (3, 5, 0.2307, 0.8824),
    ],
)
def test_wilson_is_as_published(numerator: int, denominator: int, low: float, high: float) -> None:
    assert compute_wilson(numerator, denominator) == pytest.approx((low, high), abs=5e-5)


def test_wilson_ends_are_exact_where_nobody_or_everybody_counts() -> None:
    low, _ = compute_wilson(0, 7)
    _, high = compute_wilson(7, 7)
    assert (low, high) == (0, 1)


def test_wilson_of_nothing_is_undefined() -> None:
    assert compute_wilson(0, 0) == (None, None)


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 4), (5, 4)])
def test_wilson_refuses_what_is_no_share(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="is not a share"):
        compute_wilson(numerator, denominator)


@pytest.mark.parametrize(
    ("score", "variance", "answers", "margin"),
    [(100 / 3, 5 / 9, 324, 8.12), (25, 0.6875, 40, 25.7)],
)
def test_nps_margin_is_as_published(
    score: float, variance: float, answers: int, margin: float
) -> None:
    low, high = compute_nps_interval(score, variance, answers)
    assert low == pytest.approx(score - margin, abs=0.01)
    assert high == pytest.approx(score + margin, abs=0.01)


def test_nps_without_answers_is_undefined() -> None:
    assert compute_nps_interval(0, 0, 0) == (None, None)


def test_nps_where_all_count_alike_is_not_certain() -> None:
    """460 customers without evidence: a net of 0 of which the variance is 0."""
    assert compute_nps_interval(0, 0, 460) == (None, None)
    assert compute_nps_interval(100, 0, 3) == (None, None)


@pytest.mark.parametrize(
    ("numerator", "denominator", "other_numerator", "other_denominator", "value", "low", "high"),
    [
        (56, 70, 48, 80, 0.2, 0.0524, 0.3339),  # Newcombe 1998, hybrid score (G21)
        (20, 410, 12, 400, 0.0188, -0.0088, 0.0472),  # metrics.md 1.5, for a board slide
        (10, 10, 0, 20, 1, 0.6791, 1),  # Newcombe 1998, table II (h), method 10
        (10, 10, 0, 10, 1, 0.6075, 1),  # Newcombe 1998, table II (g), method 10
    ],
)
def test_difference_is_as_published(
    numerator: int, denominator: int, other_numerator: int, other_denominator: int,
    value: float, low: float, high: float,
) -> None:  # fmt: skip
    found = compute_difference(numerator, denominator, other_numerator, other_denominator)
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=5e-5)


def test_difference_tells_whether_it_spans_0() -> None:
    assert compute_difference(56, 70, 48, 80).is_distinguishable
    assert compute_difference(48, 80, 56, 70).is_distinguishable
    assert not compute_difference(20, 410, 12, 400).is_distinguishable


def test_difference_without_a_base_is_undefined() -> None:
    assert compute_difference(0, 0, 3, 10) == Difference(None, None, None)
    assert compute_difference(3, 10, 0, 0) == Difference(None, None, None)
    assert not compute_difference(0, 0, 3, 10).is_distinguishable


@pytest.mark.parametrize(
    ("events", "exposure", "low", "high"),
    [
        # Garwood 1936 by the usual tables, for an exposure of 1
        (0, 1, 0, 3.6889),
        (1, 1, 0.0253, 5.5716),
        (2, 1, 0.2422, 7.2247),
        (10, 1, 4.7954, 18.3904),
        (100, 1, 81.3640, 121.6268),
        # 2 endings in 13.5 customer-weeks, metrics.md 1.7
        (2, 13.5, 0.017941, 0.535162),
    ],
)
def test_poisson_is_exact(events: int, exposure: float, low: float, high: float) -> None:
    assert compute_poisson(events, exposure) == pytest.approx((low, high), abs=5e-5)


def test_poisson_without_exposure_is_undefined() -> None:
    assert compute_poisson(0, 0) == (None, None)


@pytest.mark.parametrize(("events", "exposure"), [(-1, 4), (1, -4)])
def test_poisson_refuses_what_is_no_rate(events: int, exposure: float) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        compute_poisson(events, exposure)
