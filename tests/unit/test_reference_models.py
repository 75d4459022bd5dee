"""The second implementation of renewals, orders and chains against the published numbers."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pytest

from tests.cdnow import find_published
from tests.reference.implementation import buying, chains, contracts
from tests.reference.implementation.buying import Buyer, Fit

REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1]
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]
BG = (0.243, 4.414, 0.793, 2.426)
PARETO = (0.553, 10.578, 0.606, 11.669)
SPEND = (6.25, 3.74, 15.44)
END = dt.date(1997, 10, 1)


def renewals(percent: list[float]) -> tuple[dict[int, float], dict[int, float]]:
    """Of 1,000 customers, who ended at each renewal and who is left after the last."""
    lost = {t: 10 * (percent[t - 1] - percent[t]) for t in range(1, len(percent))}
    return lost, {len(percent) - 1: 10 * percent[-1]}


@pytest.mark.parametrize(
    ("percent", "alpha", "beta", "likelihood", "lifetime"),
    [
        (REGULAR, 0.704077, 1.182043, -1680.2652, 3.6949),
        (HIGH_END, 0.668088, 3.806096, -1611.1581, 5.9223),
    ],
)
def test_renewals(
    percent: list[float], alpha: float, beta: float, likelihood: float, lifetime: float
) -> None:
    """G01 to G04; Fader and Hardie 2007."""
    lost, there = renewals(percent)
    found = contracts.fit(lost, there)
    assert found == pytest.approx((alpha, beta), abs=5e-6)
    assert contracts.likelihood(*found, lost, there) == pytest.approx(likelihood, abs=1e-4)
    assert contracts.lifetime(*found, 0.1) == pytest.approx(lifetime, abs=5e-5)


def test_residual_lifetimes() -> None:
    found = [contracts.residual(0.704077, 1.182043, 0.1, n) for n in range(1, 6)]
    assert found == pytest.approx([2.9644, 4.1031, 4.8698, 5.4421, 5.8941], abs=5e-5)


@pytest.fixture(scope="module")
def orders() -> list[tuple[str, dt.date, Decimal]]:
    """CDNOW's sample of 2,357 customers, as the package lifetimes ships it."""
    text = find_published("CDNOW_sample.txt").read_text("ascii")
    rows = [line.split() for line in text.splitlines() if line.strip()]
    return [
        (row[1], dt.datetime.strptime(row[2], "%Y%m%d").date(), Decimal(row[4])) for row in rows
    ]


@pytest.fixture(scope="module")
def buyers(orders: list[tuple[str, dt.date, Decimal]]) -> list[Buyer]:
    """The calibration up to the end of September 1997."""
    return list(buying.buyers_of(orders, END).values())


def columns(buyers: list[Buyer]) -> Iterator[np.ndarray]:
    for name in ("repeats", "last", "watched"):
        yield np.array([getattr(buyer, name) for buyer in buyers], dtype=float)


def test_orders_of_a_day_are_one(buyers: list[Buyer]) -> None:
    assert len(buyers) == 2357
    assert sum(buyer.repeats for buyer in buyers) == 2457
    assert sum(buyer.repeats == 0 for buyer in buyers) == 1411


def test_bg_nbd(buyers: list[Buyer]) -> None:
    """G05, G06; Fader, Hardie and Lee 2005."""
    data = list(columns(buyers))

    def cost(fit: Fit) -> float:
        return -float(buying.bg_likelihood(fit, *data).mean())

    found = buying.maximise(cost, [BG])
    assert found == pytest.approx((0.24259, 4.41360, 0.79292, 2.42591), abs=5e-4)
    assert -cost(found) * len(buyers) == pytest.approx(-9582.4292, abs=1e-3)


def test_pareto_nbd(buyers: list[Buyer]) -> None:
    """G11 to G13: the older model, which BG/NBD is held against."""
    data = list(columns(buyers))

    def cost(fit: Fit) -> float:
        return -float(buying.pareto_likelihood(fit, *data).mean())

    found = buying.maximise(cost, [PARETO])
    assert found[:3] == pytest.approx((0.553, 10.578, 0.606), abs=1e-3)
    assert found[3] == pytest.approx(11.669, rel=0.02)
    assert -cost(found) * len(buyers) == pytest.approx(-9594.976, abs=5e-3)
    x, last, watched = (np.array([each]) for each in (26, 30.86, 31))
    assert float(buying.pareto_expected(found, x, last, watched, 52)[0]) == pytest.approx(
        25.46, abs=1e-2
    )
    assert float(buying.pareto_alive(found, x, last, watched)[0]) == pytest.approx(0.9979, abs=1e-4)


def test_bg_nbd_of_single_customers() -> None:
    """G07 and the rows of the paper's sheet."""
    one, seven = Buyer(2, 30.43, 38.86, 0), Buyer(7, 29.43, 38.86, 0)
    none = Buyer(0, 0, 38.86, 0)
    fit = (0.24259, 4.41360, 0.79292, 2.42591)
    assert buying.bg_expected(fit, one, 39) == pytest.approx(1.22591, abs=1e-4)
    assert buying.bg_alive(BG, one) == pytest.approx(0.7266, abs=1e-4)
    assert [buying.bg_expected(BG, each, 39) for each in (none, seven)] == pytest.approx(
        [0.1951, 3.3371], abs=2e-4
    )


def test_forecasts_of_both_models_and_what_came(
    orders: list[tuple[str, dt.date, Decimal]], buyers: list[Buyer]
) -> None:
    """G14: correlation with the orders of the 39 weeks after, and with one another."""
    names = list(buying.buyers_of(orders, END))
    days = {(customer, day) for customer, day, _ in orders if day >= END}
    actual = np.array([sum(customer == name for customer, _ in days) for name in names])
    bg = np.array([buying.bg_expected(BG, buyer, 39) for buyer in buyers])
    x, last, watched = columns(buyers)
    pareto = buying.pareto_expected(PARETO, x, last, watched, 39)
    found = [np.corrcoef(*pair)[0, 1] for pair in ((bg, actual), (pareto, actual), (bg, pareto))]
    assert found == pytest.approx([0.6256, 0.6302, 0.9955], abs=1e-3)


def test_gamma_gamma(buyers: list[Buyer]) -> None:
    """G15 to G17; Fader and Hardie 2013."""
    again = [buyer for buyer in buyers if buyer.repeats and buyer.spend > 0]
    x, mean = (np.array([getattr(b, name) for b in again]) for name in ("repeats", "spend"))

    def cost(fit: Fit) -> float:
        return -float(buying.spend_likelihood(fit, x, mean).mean())

    found = buying.maximise(cost, [SPEND])
    assert len(again) == 946
    assert found == pytest.approx((6.24957, 3.74422, 15.44352), abs=1e-2)
    assert -cost(found) * len(again) == pytest.approx(-4055.9177, abs=1e-3)
    first = [buying.spend_expected(SPEND, buyer) for buyer in buyers[:10]]
    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert first == pytest.approx(published, abs=0.1)


def test_bg_bb() -> None:
    """G18: donations; orders that can only come at fixed times."""
    text = find_published("donations.csv").read_text("ascii")
    rows = [tuple(map(int, line.split(","))) for line in text.split()[1:]]

    def cost(fit: Fit) -> float:
        return -sum(n * buying.bb_likelihood(fit, x, last, six) for x, last, six, n in rows) / 1e4

    found = buying.maximise(cost, [(1.2, 0.75, 0.65, 2.8)])
    assert sum(row[3] for row in rows) == 11104
    assert found == pytest.approx((1.204, 0.750, 0.657, 2.783), abs=1e-3)
    assert -1e4 * cost(found) == pytest.approx(-33225.6, abs=0.1)


def test_drunkards_walk() -> None:
    """G24; Grinstead and Snell."""
    for up, steps, right in (
        (0.5, [3, 4, 3], [0.25, 0.5, 0.75]),
        (2 / 3, [3.4, 3.6, 2.2], [0.533333, 0.8, 0.933333]),
    ):
        walk = [[1.0, 0, 0, 0, 0]]
        walk += [[{-1: 1 - up, 1: up}.get(to - here, 0.0) for to in range(5)] for here in (1, 2, 3)]
        walk += [[0, 0, 0, 0, 1.0]]
        assert chains.expected_steps(walk, [0, 4])[1:4] == pytest.approx(steps)
        ends = chains.absorption(walk, [0, 4])
        assert [ends[here][4] for here in (1, 2, 3)] == pytest.approx(right, abs=1e-6)


def test_value_of_a_customer_who_buys_ever_less() -> None:
    """G25; Pfeifer and Carraway 2000."""
    buys = [0.3, 0.2, 0.15, 0.05]
    matrix = [
        [p, *(1 - p if to == place + 1 else 0.0 for to in range(1, 5))]
        for place, p in enumerate(buys)
    ]
    matrix.append([0, 0, 0, 0, 1.0])
    rewards = [36, -4, -4, -4, 0]
    short = chains.value(matrix, rewards, 0.2, 4)
    assert short == pytest.approx([50.115, 4.220, 0.592, -1.980, 0], abs=1e-3)
    endless = chains.value(matrix, rewards, 0.2)
    assert endless == pytest.approx([52.320, 5.554, 1.251, -1.820, 0], abs=1e-3)
