"""Orders without a contract: the published numbers, worked rows and edge cases of metrics.md 3.7 to 3.9.

CDNOW (G05 to G10, G14 to G17) goes through the product's own SQL, from the raw dates on.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing

import duckdb
import numpy as np
import pytest

from analyses.lifetime.bg_nbd import (
    BgNbd,
    Histories,
    compute_alive,
    compute_log_likelihood,
    compute_pmf,
    expect_if_alive,
    expect_orders,
    fit_bg_nbd,
)
from analyses.lifetime.gamma_gamma import GammaGamma, Spend, expect_spend, fit_gamma_gamma
from analyses.lifetime.orders.model import OrderModel, fit_orders
from analyses.lifetime.orders.value import discount_orders
from tests.cdnow import connect_cdnow

UNTIL = dt.date(1997, 10, 1)
PUBLISHED = BgNbd(0.243, 4.414, 0.793, 2.426)
PUBLISHED_SPEND = GammaGamma(6.25, 3.74, 15.44)
HELD_WEEKS = 39
CUSTOMERS = """
select
    order_histories.customer_id, repeats, recency_days / 7 as recency, age_days / 7 as age, paid_repeats,
    cast(repeat_amount as double) as repeat_amount,
    (
        select count(*) from fct_orders
        where fct_orders.customer_id = order_histories.customer_id and fct_orders.ordered_on >= date '1997-10-01'
    ) as held
from order_histories
order by order_histories.customer_id
"""


@pytest.fixture(scope="module")
def cdnow() -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(connect_cdnow()) as connection:
        yield connection


@pytest.fixture(scope="module")
def model(cdnow: duckdb.DuckDBPyConnection) -> OrderModel:
    return fit_orders(cdnow, UNTIL)


@pytest.fixture(scope="module")
def customers(cdnow: duckdb.DuckDBPyConnection, model: OrderModel) -> dict[str, np.ndarray]:
    """One entry a customer, in the order of their ids."""
    assert model.until == UNTIL
    rows = cdnow.execute(CUSTOMERS).fetchall()
    names = [column[0] for column in cdnow.description or []]
    return dict(zip(names[1:], np.array([row[1:] for row in rows], dtype=float).T, strict=True))


def each(customers: dict[str, np.ndarray]) -> Histories:
    ones = np.ones_like(customers["age"])
    return Histories(customers["repeats"], customers["recency"], customers["age"], ones)


def one(repeats: float, recency: float, age: float) -> Histories:
    return Histories(*(np.array([value], dtype=float) for value in (repeats, recency, age, 1)))


def spend(*rows: tuple[float, float, float]) -> Spend:
    return Spend(*np.array(rows, dtype=float).T)


def buying(model: OrderModel) -> BgNbd:
    assert model.buying is not None
    return model.buying


def test_cdnow_is_read_as_published(
    model: OrderModel, customers: dict[str, np.ndarray], cdnow: duckdb.DuckDBPyConnection
) -> None:
    """Trap 1 and 2: days are merged first, and it is the sample of 2,357."""
    assert cdnow.execute("select count(*), sum(orders) from fct_orders").fetchone() == (6696, 6919)
    assert (model.bought.customers, model.bought.repeats) == (2357, 2457)
    assert model.bought.customers - model.bought.repeaters == 1411
    assert customers["held"].sum() == 1882
    assert customers["age"].min() == 27.0
    assert customers["age"].max() == pytest.approx(38.857, abs=5e-4)


def test_g05_g06_fit(model: OrderModel) -> None:
    assert model.counts is not None
    assert model.counts.parameters == pytest.approx((0.24259, 4.41360, 0.79292, 2.42591), abs=5e-6)
    assert model.counts.log_likelihood == pytest.approx(-9582.4292, abs=5e-5)


def test_g07_g08_expectations(model: OrderModel) -> None:
    assert expect_orders(buying(model), one(2, 30.43, 38.86), 39.0)[0] == pytest.approx(
        1.22591, abs=5e-5
    )
    weeks = np.array([0.1429, 1, 3, 31.8571, 32, 78])
    assert expect_if_alive(buying(model), 0, 0, weeks) == pytest.approx(
        [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8580], abs=1e-4
    )


def test_g09_chances_of_counts() -> None:
    assert compute_pmf(PUBLISHED, 0, 39.0) == pytest.approx(0.5737864, abs=1e-6)
    assert compute_pmf(PUBLISHED, 10, 2.0) == pytest.approx(1.07869e-07, abs=1e-11)
    first, last = compute_pmf(PUBLISHED, 11, 30.0), compute_pmf(PUBLISHED, 20, 30.0)
    assert (first, last) == pytest.approx((0.0019995214, 0.0002222260), abs=5e-11)


def test_g10_histogram(model: OrderModel, customers: dict[str, np.ndarray]) -> None:
    observed = np.bincount(np.minimum(customers["repeats"], 7).astype(int))
    assert observed.tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    expected = [compute_pmf(buying(model), count, customers["age"]).sum() for count in range(7)]
    expected.append(len(customers["age"]) - sum(expected))
    chi2 = ((observed - expected) ** 2 / expected).sum()
    assert chi2 == pytest.approx(4.8211, abs=5e-4)


def test_g14_holdout(model: OrderModel, customers: dict[str, np.ndarray]) -> None:
    lifetimes = pytest.importorskip("lifetimes")
    expected = expect_orders(buying(model), each(customers), float(HELD_WEEKS))
    assert np.corrcoef(expected, customers["held"])[0, 1] == pytest.approx(0.6256, abs=5e-5)
    nobody = customers["repeats"] == 0
    assert customers["held"][nobody].mean() == pytest.approx(0.2367, abs=5e-5)
    assert expected[nobody].mean() == pytest.approx(0.2251, abs=5e-5)
    pareto = lifetimes.ParetoNBDFitter()
    pareto.params_ = {"r": 0.55328, "alpha": 10.57768, "s": 0.60624, "beta": 11.66874}
    other = pareto.conditional_expected_number_of_purchases_up_to_time(
        HELD_WEEKS, customers["repeats"], customers["recency"], customers["age"]
    )
    assert np.corrcoef(expected, other)[0, 1] == pytest.approx(0.9955, abs=5e-5)


def test_worked_rows() -> None:
    """Customers 0001, 0003 and 0006 at the published parameters."""
    rows = {
        (2, 30.43, 38.86): (-9.4586, 0.7266, 1.2260),
        (0, 0.0, 38.86): (-0.5547, 1.0, 0.1951),
        (7, 29.43, 38.86): (-21.8633, 0.6418, 3.3371),
    }
    for history, (likelihood, alive, orders) in rows.items():
        found = compute_log_likelihood(PUBLISHED, one(*history))[0]
        assert found == pytest.approx(likelihood, abs=5e-5)
        assert compute_alive(PUBLISHED, one(*history))[0] == pytest.approx(alive, abs=5e-5)
        assert expect_orders(PUBLISHED, one(*history), 39.0)[0] == pytest.approx(orders, abs=6e-5)


def test_g15_g16_spend(model: OrderModel) -> None:
    assert model.spend is not None
    assert model.spend.customers == 946
    assert model.spend.parameters == pytest.approx((6.24957, 3.74422, 15.44352), abs=5e-5)
    assert model.spend.log_likelihood == pytest.approx(-4055.9177, abs=5e-5)
    assert model.correlation == pytest.approx(0.114, abs=5e-4)
    assert model.paying is not None
    assert model.paying.mean == pytest.approx(35.170, abs=5e-4)


def test_g17_conditional_spend(customers: dict[str, np.ndarray]) -> None:
    means = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    found = expect_spend(PUBLISHED_SPEND, customers["paid_repeats"], customers["repeat_amount"])
    assert found[:10] == pytest.approx(means, abs=0.1)


def test_shrinkage() -> None:
    """The fewer the repeat orders, the more the mean of everybody counts."""
    for orders, mean, expected, weight in (
        (1, 11.77, 18.92, 0.305),
        (2, 22.35, 24.66, 0.18),
        (7, 73.74, 71.47, 0.059),
    ):
        found = float(expect_spend(PUBLISHED_SPEND, orders, orders * mean))
        assert found == pytest.approx(expected, abs=6e-3)
        share = (found - mean) / (PUBLISHED_SPEND.mean - mean)
        assert share == pytest.approx(weight, abs=6e-4)


def test_without_a_repeat_order_spend_is_that_of_everybody() -> None:
    assert float(expect_spend(PUBLISHED_SPEND, 0, 0.0)) == pytest.approx(35.219, abs=5e-4)


def test_spend_without_a_mean_is_refused() -> None:
    """q <= 1: means so far apart that there is none of all."""
    random = np.random.default_rng(1)
    orders = random.integers(1, 6, 2000).astype(float)
    total = random.gamma(4 * orders) / random.gamma(0.7, size=2000)
    fit = fit_gamma_gamma(Spend(orders, total, np.ones(2000)))
    assert fit.parameters[1] == pytest.approx(0.7, abs=0.06)
    assert "no mean" in fit.reason


def test_spend_that_goes_with_frequency_is_refused() -> None:
    rows = [
        (float(x), float(x * (10 * x + step)), 5.0) for x in range(1, 9) for step in range(-4, 5)
    ]
    assert "correlation" in fit_gamma_gamma(spend(*rows)).reason


def test_expectation_at_one_is_the_limit() -> None:
    """a = 1 divides 0 by 0 in the formula; the limit lies between its two sides."""
    found = [
        float(expect_if_alive(BgNbd(0.243, 4.414, a, 2.426), 2.0, 38.86, 39.0))
        for a in (0.9999, 1.0, 1.0001)
    ]
    assert found[0] > found[1] > found[2]
    assert found[1] == pytest.approx((found[0] + found[2]) / 2, abs=1e-7)


def test_many_orders_do_not_overflow() -> None:
    """The "NUM!" problem of note 027."""
    heavy = one(2000, 150.0, 156.0)
    assert np.isfinite(compute_log_likelihood(PUBLISHED, heavy)[0])
    assert 0 < compute_alive(PUBLISHED, heavy)[0] < 1
    assert np.isfinite(expect_orders(PUBLISHED, heavy, 52.0)[0])


def test_discounted_orders_are_the_sum_by_week() -> None:
    """3.9: each week's orders at the end of the week, d_w = 0.183457 % at 10 % a year."""
    history = one(2, 30.43, 38.86)
    until = [float(expect_orders(PUBLISHED, history, float(week))[0]) for week in range(53)]
    weekly = 1.1 ** (1 / 52.1775)
    printed = 1.1 ** (1 / 52) - 1  # with 52 weeks a year
    assert printed == pytest.approx(0.00183457, abs=5e-9)
    expected = sum((until[k] - until[k - 1]) / weekly**k for k in range(1, 53))
    found = discount_orders(PUBLISHED, history, 0.10)[0]
    assert found == pytest.approx(expected, rel=1e-12)
    assert discount_orders(PUBLISHED, history, 0.0)[0] == pytest.approx(until[52], rel=1e-12)


def test_nobody_who_stops_is_not_identified() -> None:
    """Everybody orders every week and never stops: b runs away, so there is no fit to show."""
    ages = np.arange(30.0, 60.0)
    always = Histories(ages, ages, ages, np.full_like(ages, 10.0))
    assert "not identifiable" in fit_bg_nbd(always).reason


def test_customers_who_are_all_alike_do_not_overflow() -> None:
    """Large a and b: nearly one chance to go. Then orders are those of a rate with that chance, 0.2778."""
    found = expect_if_alive(BgNbd(0.23, 4.8, 2431.35, 6320.1), np.arange(9.0), 30.0, 52.0)
    rates = (0.23 + np.arange(9.0)) / 34.8
    chance = 2431.35 / (2431.35 + 6320.1)
    limit = (1 - (1 + chance * 52 / 34.8) ** -(0.23 + np.arange(9.0))) / chance
    assert found == pytest.approx(limit, rel=2e-3)
    assert (found < rates * 52).all()


def test_both_forms_of_the_expectation_agree() -> None:
    """The paper's form and Euler's meet where r + x = a - 1."""
    sides = [
        float(expect_if_alive(BgNbd(r, 8.0, 3.0, 2.5), 0.0, 30.0, 52.0))
        for r in (2 - 1e-9, 2 + 1e-9)
    ]
    assert sides[0] == pytest.approx(sides[1], rel=1e-8)


def test_a_parameter_that_may_be_anything_is_refused() -> None:
    """Everybody has one repeat order of one age: r and alpha tell nothing apart."""
    random = np.random.default_rng(4)
    recency = np.sort(random.integers(1, 365, 30)).astype(float) / 7
    alike = Histories(np.ones(30), recency, np.full(30, 52.0), np.ones(30))
    assert "not identifiable" in fit_bg_nbd(alike).reason
