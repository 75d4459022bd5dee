"""Models that no SQL can hold, against the second implementation, on made-up customers."""

import datetime as dt
from contextlib import closing
from decimal import Decimal
from random import Random

import numpy as np
import pytest

from analyses import markov
from analyses.lifetime import sbg
from analyses.lifetime.orders.customers import find_order_customers
from analyses.lifetime.orders.report import find_orders
from analyses.lifetime.orders.value import find_group_values
from metrics.scope import Scope
from tests.reference.implementation import buying, chains, contracts
from tests.reference.implementation.buying import Buyer, Fit
from tests.tiny import build_tiny

SEEDS = range(12)


def draw_renewals(random: Random) -> tuple[dict[int, float], dict[int, float]]:
    """Customers with a chance of their own to leave, seen for one to eight renewals."""
    alpha, beta = random.uniform(0.5, 3), random.uniform(1, 12)
    lost = dict.fromkeys(range(1, 9), 0.0)
    there = dict.fromkeys(range(9), 0.0)
    for _ in range(600):
        chance, renewals = random.betavariate(alpha, beta), random.randint(1, 8)
        ended = next((t for t in range(1, renewals + 1) if random.random() < chance), None)
        if ended is None:
            there[renewals] += 1
        else:
            lost[ended] += 1
    return lost, there


def faced(lost: dict[int, float], there: dict[int, float]) -> sbg.Renewals:
    """The same as the product counts them: at risk of each renewal, and lost at it."""
    at_risk = [
        sum(n for t, n in lost.items() if t >= renewal)
        + sum(n for k, n in there.items() if k >= renewal)
        for renewal in range(1, 9)
    ]
    return sbg.Renewals(tuple(map(int, at_risk)), tuple(int(lost[t]) for t in range(1, 9)))


@pytest.mark.parametrize("seed", SEEDS)
def test_renewals(seed: int) -> None:
    lost, there = draw_renewals(Random(seed))
    found = sbg.fit_sbg(faced(lost, there))
    assert found.alpha is not None
    assert found.beta is not None
    assert found.log_likelihood is not None
    alpha, beta = contracts.fit(lost, there)
    best = contracts.likelihood(alpha, beta, lost, there)
    # A flat top: the likelihood is told more sharply than its place.
    assert found.log_likelihood == pytest.approx(best, abs=1e-6)
    assert (found.alpha, found.beta) == pytest.approx((alpha, beta), rel=1e-3)
    own = (found.alpha, found.beta)
    assert sbg.compute_expected_lifetime(*own, 0.1) == pytest.approx(contracts.lifetime(*own, 0.1))
    for renewal in (1, 4, 9):
        residual = sbg.compute_residual_lifetime(*own, renewal, 0.02)
        assert residual == pytest.approx(contracts.residual(*own, 0.02, renewal))


def draw_chain(random: Random) -> list[list[float]]:
    """Five tiers, and churned, which nobody leaves."""
    rows: list[list[float]] = []
    for _ in range(5):
        weights = [random.random() ** 3 for _ in range(5)] + [random.uniform(0.05, 0.5)]
        rows.append([weight / sum(weights) for weight in weights])
    return [*rows, [0.0] * 5 + [1.0]]


@pytest.mark.parametrize("seed", SEEDS)
def test_chains(seed: int) -> None:
    random = Random(seed)
    chain = draw_chain(random)
    rewards = [random.uniform(10, 100) for _ in range(5)] + [0.0]
    matrix, worth = np.array(chain), np.array(rewards)
    inside = matrix[:5, :5]
    steps = chains.expected_steps(chain, [5])[:5]
    assert markov.compute_expected_steps(inside) == pytest.approx(steps)
    for payments in (1, 5, None):
        ahead = None if payments is None else payments - 1
        value = chains.value(chain, rewards, 0.024, ahead)
        assert markov.compute_value(matrix[:5, :5], worth[:5], 0.024, payments) == pytest.approx(
            value[:5]
        )
    stocks = [float(random.randint(0, 300)) for _ in range(5)] + [0.0]
    assert markov.compute_ahead(np.array(stocks), matrix, 4) == pytest.approx(
        chains.forecast(stocks, chain, 4)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_way_to_one_end(seed: int) -> None:
    """Advocate and churned end the way: chances add up to one, steps given that it is advocate."""
    chain = draw_chain(Random(seed))
    chain[4] = [0.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    matrix = np.array(chain)
    found = markov.compute_absorption(matrix[:4, :4], matrix[:4, 4:])
    ends = chains.absorption(chain, [4, 5])
    assert found == pytest.approx(np.array([[end[4], end[5]] for end in ends[:4]]))
    assert found.sum(axis=1) == pytest.approx(1)
    given = chains.expected_steps(chain, [4, 5], reached=4)[:4]
    assert markov.compute_steps_given(matrix[:4, :4], matrix[:4, 4]) == pytest.approx(given)


END = dt.date(2026, 1, 1)


@pytest.fixture(scope="module")
def shop() -> list[tuple[str, dt.date, Decimal]]:
    """The orders of 250 buyers over two years, each with a rate, a loyalty and a purse of its own."""
    random, orders = Random(6), list[tuple[str, dt.date, Decimal]]()
    for number in range(250):
        week, rate = random.uniform(0, 95), random.gammavariate(0.8, 1 / 8)
        chance, purse = random.betavariate(0.9, 4), random.gammavariate(4, 1 / 60)
        while week < 104:
            day = END - dt.timedelta(days=728) + dt.timedelta(days=int(7 * week))
            amount = Decimal(str(round(random.gammavariate(6, 1 / (6 * purse)) + 1, 2)))
            orders.append((f"buyer {number}", day, amount))
            if random.random() < chance:
                break
            week += random.expovariate(rate)
    return orders


def test_value_of_orders_customer_by_customer(shop: list[tuple[str, dt.date, Decimal]]) -> None:
    buyers = buying.buyers_of(shop, END)
    rows = [{"customer_id": who, "ordered_on": day, "amount": paid} for who, day, paid in shop]
    last = END - dt.timedelta(days=1)
    with (
        closing(build_tiny({"orders": rows}, last.isoformat())) as product,
        closing(product.cursor()) as cursor,
    ):
        orders = find_orders(cursor, END)
        model = orders.model
        scored = find_order_customers(cursor, orders, 0.1, Scope(), 1000)
        (everybody,) = find_group_values(cursor, model, 0.1, Scope(), None)
    assert model.buying is not None
    assert model.paying is not None
    assert not orders.value_reason
    fit = (model.buying.r, model.buying.alpha, model.buying.a, model.buying.b)
    spend = (model.paying.p, model.paying.q, model.paying.v)
    check_fits(list(buyers.values()), fit, spend)
    assert len(scored) == len(buyers) == everybody.customers
    values: list[float] = []
    for customer in scored:
        buyer = buyers[customer.customer_id]
        assert customer.repeats == buyer.repeats
        assert customer.alive == pytest.approx(buying.bg_alive(fit, buyer))
        assert customer.orders == pytest.approx(buying.bg_expected(fit, buyer, 52), rel=1e-5)
        assert customer.spend == pytest.approx(buying.spend_expected(spend, buyer))
        values.append(customer.value or 0)
    assert sum(values) == pytest.approx(everybody.value)
    for customer in scored[::40]:
        value = buying.value(fit, spend, buyers[customer.customer_id], 0.8, 0.1)
        assert customer.value == pytest.approx(value, rel=1e-5)


def check_fits(buyers: list[Buyer], fit: Fit, spend: Fit) -> None:
    """No other parameters are likelier by more than a rounding, starting from the product's own."""
    x, recency, age = (
        np.array([getattr(buyer, name) for buyer in buyers], dtype=float)
        for name in ("repeats", "last", "watched")
    )

    def cost(of: Fit) -> float:
        return -float(buying.bg_likelihood(of, x, recency, age).sum())

    assert cost(fit) == pytest.approx(cost(buying.maximise(cost, [fit, (1, 1, 1, 1)])), abs=1e-4)
    again = [buyer for buyer in buyers if buyer.repeats]
    number = np.array([buyer.repeats for buyer in again])
    mean = np.array([buyer.spend for buyer in again])

    def price(of: Fit) -> float:
        return -float(buying.spend_likelihood(of, number, mean).sum())

    best = buying.maximise(price, [spend, (1, 1, 1)])
    assert price(spend) == pytest.approx(price(best), abs=1e-4)
