"""The second implementation of intervals, curves, limits and drivers against printed numbers."""

from fractions import Fraction

import pytest

from tests.reference.implementation.charts import lmdi, p_prime, shapley, xmr
from tests.reference.implementation.curves import (
    Deal,
    Spell,
    band,
    greenwood,
    incidence,
    median,
    restricted_mean,
    still_open,
    survival,
)
from tests.reference.implementation.intervals import newcombe, poisson, wilson

REMISSION = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
DEALS = [
    Deal(10, "won"), Deal(20, "lost"), Deal(20, "open"),
    Deal(30, "won"), Deal(40, "open"), Deal(50, "lost"),
]  # fmt: skip


def spells(text: str) -> list[Spell]:
    """`6 6+`: one ended at 6, one cut off there."""
    return [Spell(0, float(word.rstrip("+")), not word.endswith("+")) for word in text.split()]


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson(count: int, total: int, low: float, high: float) -> None:
    assert wilson(count, total) == pytest.approx((low, high), abs=5e-5)


def test_newcombe() -> None:
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert newcombe(20, 410, 12, 400) == pytest.approx((-0.0088, 0.0472), abs=5e-5)
    assert newcombe(1, 2, 0, 0) is None


def test_poisson() -> None:
    """Garwood's table: none 0-3.6889, two 0.2422-7.2247, ten 4.7954-18.3904."""
    assert poisson(0, 1) == pytest.approx((0, 3.6889), abs=5e-5)
    assert poisson(2, 1) == pytest.approx((0.2422, 7.2247), abs=5e-5)
    assert poisson(10, 2) == pytest.approx((4.7954 / 2, 18.3904 / 2), abs=5e-5)
    assert poisson(2, 0) is None


def test_survival() -> None:
    patients = spells(REMISSION)
    assert float(survival(patients, 10)) == pytest.approx(0.7529, abs=5e-5)
    assert float(survival(patients, 10)) * (greenwood(patients, 10) or 0) ** 0.5 == pytest.approx(
        0.096, abs=5e-4
    )
    assert band(patients, 23) == pytest.approx((0.1881, 0.6801), abs=5e-5)
    assert median(patients) == 23
    customers = spells("2 3 3+ 5 6+ 8 8 10+")
    assert (median(customers), restricted_mean(customers, 10)) == (8, pytest.approx(6.575))
    assert survival([Spell(0, 4, True), Spell(5, 6, True), Spell(5, 9, False)], 6) == 0
    late = [Spell(0, 8, True), Spell(5, 6, True), Spell(5, 9, False)]
    assert survival(late, 6) == Fraction(2, 3)


def test_won_lost_and_open() -> None:
    shown = [float(incidence(DEALS, "won", at)) for at in (9, 10, 30)]
    assert shown == pytest.approx([0, 0.166667, 0.388889], abs=5e-7)
    lost = [float(incidence(DEALS, "lost", at)) for at in (20, 50)]
    assert lost == pytest.approx([0.166667, 0.611111], abs=5e-7)
    for at in range(60):
        total = incidence(DEALS, "won", at) + incidence(DEALS, "lost", at) + still_open(DEALS, at)
        assert total == 1


def test_limits() -> None:
    nist = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    assert xmr(nist) == pytest.approx((50.81, 1.8778), abs=5e-5)
    assert xmr([1, None, 3, None, 5, None, 7, None, 9, None, 11]) is None
    churned = [120, 168, 100, 204, 112, 184, 132, 220, 108, 160, 144, 192]
    weeks = [200, 204, 202, 208, 206, 212, 210, 216, 214, 220, 218, 224]
    found = p_prime([(x, 100 * n) for x, n in zip(churned, weeks, strict=True)])
    assert found == pytest.approx((0.00727703, 4.710331), abs=5e-7)


def test_drivers() -> None:
    before = {"N": 40, "D": 25_000, "W": 0.25, "L": 1 / 90}
    after = {"N": 44, "D": 24_000, "W": 0.28, "L": 1 / 80}
    expected = {"N": 306.4284, "D": -131.2454, "W": 364.3591, "L": 378.6801}
    assert lmdi(before, after) == pytest.approx(expected, abs=5e-5)
    expected = {"N": 306.6898, "D": -131.7824, "W": 364.5139, "L": 378.8009}
    assert shapley(before, after) == pytest.approx(expected, abs=5e-5)
    expected = {"N": 142.7083, "D": -59.8380, "W": -3037.6157, "L": 176.9676}
    assert shapley(before, {**after, "W": 0}) == pytest.approx(expected, abs=5e-5)
