"""Intervals against published numbers."""

import pytest

from metrics.intervals import compute_nps_interval, compute_wilson


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        # Newcombe 1998, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # computed
        (0, 10, 0.0000, 0.2775),
        (4, 120, 0.0130, 0.0826),
        (0, 40, 0.0000, 0.0876),
        (40, 40, 0.9124, 1.0000),
        (3, 5, 0.231, 0.882),
    ],
)
def test_wilson_is_as_published(numerator: int, denominator: int, low: float, high: float) -> None:
    assert compute_wilson(numerator, denominator) == pytest.approx((low, high), abs=5e-4)


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
