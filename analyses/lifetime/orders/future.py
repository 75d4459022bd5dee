"""How far what customers do may lie from what is expected of them: chance, and unsure parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import duckdb
import numpy as np

from analyses.lifetime.bg_nbd import compute_alive, expect_orders
from analyses.lifetime.likelihood import Fit, Numbers
from analyses.lifetime.orders.model import OrderModel, ask_numbers, to_histories
from metrics.intervals import Z_95

SEED = 20050502
MOST_CUSTOMERS = 20_000
DRAWS = 400_000  # of a customer's future, over all customers
STEP = 1e-3  # of a log parameter, for slopes


@dataclass(frozen=True)
class Variances:
    """Of the sums over all customers, at known parameters; amount is 0 where spend does not stand,
    and in the unit of a customer's worth."""

    orders: float
    amount: float


def vary_futures(cursor: duckdb.DuckDBPyConnection, model: OrderModel, weeks: int) -> Variances:
    """Of the sums over all of the company's customers, from at most 20,000 of them; worth is revenue."""
    sampled = ask_numbers(cursor, "some_customers.sql", 5, most=MOST_CUSTOMERS)
    return vary_sampled(model, sampled, np.ones_like(sampled[0]), model.bought.customers, weeks)


def vary_sampled(
    model: OrderModel, sampled: Numbers, worth: Numbers, customers: int, weeks: int, draws: int = DRAWS
) -> Variances:  # fmt: skip
    """Draws the next weeks of some of the customers and scales their squared surprises up to all.

    sampled: rows repeats, recency and age in days, paid repeats and their sum, a column a customer;
    worth: of a unit of each one's spend. A customer who is alive has a rate gamma (r + x, alpha + T)
    and a chance to go beta (a, b + x), which are independent given that; his orders are those of the
    rate, up to the one after which he goes. The draws start from one seed, so that a build prints the same digits.
    """
    buying, paying = model.buying, model.paying
    if buying is None:
        raise ValueError("no fit to draw from")
    rounds = max(1, draws // sampled.shape[1])
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
    scale = customers / len(repeats)
    of_orders = float(((orders - expected) ** 2).sum()) * scale
    if paying is None:
        return Variances(of_orders, 0.0)
    each = cast("Numbers", random.gamma(paying.p * paid + paying.q, 1 / (repeat_amount + paying.v)))
    amount = random.gamma(np.maximum(paying.p * orders, 1e-12)) / each
    amount = np.where(orders > 0, amount, 0.0)
    mean = paying.p * (paying.v + repeat_amount) / (paying.p * paid + paying.q - 1)
    surprise = np.repeat(worth, rounds) * (amount - expected * mean)
    return Variances(of_orders, float((surprise**2).sum()) * scale)


def predict(expected: float, relative_error: float, variance: float) -> tuple[float, float]:
    """95 % prediction interval of a sum: what the parameters leave open (standard error of
    its log) and the variance of what chance makes of customers; not below 0."""
    spread = Z_95 * float(np.hypot(expected * relative_error, np.sqrt(variance)))
    return max(0.0, expected - spread), expected + spread


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
