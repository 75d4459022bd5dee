"""How far what customers do may lie from what is expected of them: chance, and unsure parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import duckdb
import numpy as np

from analyses.lifetime.bg_nbd import compute_alive, expect_orders
from analyses.lifetime.likelihood import Fit, Numbers
from analyses.lifetime.orders.model import OrderModel, ask_numbers, to_histories

SEED = 20050502
MOST_CUSTOMERS = 20_000
DRAWS = 400_000  # of a customer's future, over all customers
STEP = 1e-3  # of a log parameter, for slopes


@dataclass(frozen=True)
class Variances:
    """Of the sums over all customers, at known parameters; amount is 0 where spend does not stand."""

    orders: float
    amount: float


def vary_futures(cursor: duckdb.DuckDBPyConnection, model: OrderModel, weeks: int) -> Variances:
    """Draws the next weeks of at most 20,000 customers and scales their squared surprises up to all.

    A customer who is alive has a rate gamma (r + x, alpha + T) and a chance to go beta (a, b + x),
    which are independent given that; his orders are those of the rate, up to the one after which
    he goes. The draws start from one seed, so that a build prints the same digits.
    """
    buying, paying = model.buying, model.paying
    if buying is None:
        raise ValueError("no fit to draw from")
    sampled = ask_numbers(cursor, "some_customers.sql", 5, most=MOST_CUSTOMERS)
    size = sampled.shape[1]
    rounds = max(1, DRAWS // size)
    drawn: Numbers = np.repeat(sampled, rounds, axis=1)
    repeats, recency, age, paid, repeat_amount = drawn
    histories = to_histories(repeats, recency, age, np.ones_like(repeats))
    random = np.random.default_rng(SEED)
    alive = random.random(len(repeats)) < compute_alive(buying, histories)
    rate = random.gamma(buying.r + repeats, 1 / (buying.alpha + histories.age))
    gone = cast("Numbers", random.beta(buying.a, buying.b + repeats))
    until_gone = random.geometric(np.clip(gone, 1e-12, 1.0))
    orders = np.where(alive, np.minimum(random.poisson(rate * weeks), until_gone), 0)
    expected = expect_orders(buying, histories, weeks)
    scale = model.bought.customers / len(repeats)
    of_orders = float(((orders - expected) ** 2).sum()) * scale
    if paying is None:
        return Variances(of_orders, 0.0)
    each = cast("Numbers", random.gamma(paying.p * paid + paying.q, 1 / (repeat_amount + paying.v)))
    amount = random.gamma(np.maximum(paying.p * orders, 1e-12)) / each
    amount = np.where(orders > 0, amount, 0.0)
    mean = paying.p * (paying.v + repeat_amount) / (paying.p * paid + paying.q - 1)
    return Variances(of_orders, float(((amount - expected * mean) ** 2).sum()) * scale)


def find_error(fit: Fit, evaluate: Callable[[Numbers], Numbers]) -> Numbers:
    """Standard error of the log of each thing that evaluate(parameters) gives, by the likelihood:
    its slopes along the log parameters carried through their covariance (delta method)."""
    logs = np.log(np.array(fit.parameters))
    shifts = STEP * np.eye(len(logs))
    slopes = np.array(
        [
            (_log(evaluate(np.exp(logs + shift))) - _log(evaluate(np.exp(logs - shift))))
            / (2 * STEP)
            for shift in shifts
        ]
    )
    variance = np.einsum("ig,ij,jg->g", slopes, np.array(fit.covariance), slopes)
    return np.sqrt(np.maximum(variance, 0.0))


def _log(value: Numbers) -> Numbers:
    return np.log(np.maximum(value, 1e-300))
