"""Gamma-Gamma: what a customer spends an order, between his own mean and everybody's.

Spend of an order is gamma (p, nu) distributed around a mean of the customer's own, nu gamma (q, v)
among customers. Fader and Hardie, "The Gamma-Gamma model of monetary value", 2013; Fader, Hardie and
Lee, JMR 42, 2005. It takes spend as independent of how often a customer orders, which is checked.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analyses.lifetime.likelihood import Fit, Numbers, maximise
from analyses.lifetime.special import digamma, gammaln

# log p, q, v, where v is in units of the mean spend.
STARTS = ((0.0, 0.7, 0.0), (1.5, 1.2, -0.7), (0.0, 2.0, 1.0))
MOST_CORRELATION = 0.3  # of spend with frequency, beyond which the model is refused
NO_MEAN = "not identifiable: the fitted spend has no mean (q is 1 or less)"


@dataclass(frozen=True)
class Spend:
    """Repeat orders and their sum, with how many customers share both; all orders above 0."""

    orders: Numbers
    total: Numbers
    customers: Numbers

    @cached_property
    def by_orders(self) -> tuple[Numbers, npt.NDArray[np.intp]]:
        """The different numbers of orders, and where each entry finds its own."""
        return np.unique(self.orders, return_inverse=True)


@dataclass(frozen=True)
class GammaGamma:
    """The parameters: p, q, and v in the currency of the spend."""

    p: float
    q: float
    v: float

    @property
    def mean(self) -> float:
        """Mean spend of an order among all customers, p v / (q - 1); q > 1."""
        return self.p * self.v / (self.q - 1)


def compute_correlation(spend: Spend) -> float:
    """Of repeat orders with the mean spend of one, over customers; 0 where either never varies."""
    weight = spend.customers / spend.customers.sum()
    mean = spend.total / spend.orders
    orders_off = spend.orders - np.dot(weight, spend.orders)
    mean_off = mean - np.dot(weight, mean)
    spread = np.dot(weight, orders_off**2) * np.dot(weight, mean_off**2)
    return float(np.dot(weight, orders_off * mean_off) / np.sqrt(spread)) if spread > 0 else 0.0


def fit_gamma_gamma(spend: Spend) -> Fit:
    """p, q, v of the highest likelihood; Fit.reason where they cannot be told, where spend goes with
    frequency by more than 0.3, or where q <= 1, so that no mean exists."""
    customers = int(spend.customers.sum())
    # In units of the mean spend, so that the bounds of the fit mean the same in every currency.
    unit = float(np.dot(spend.customers, spend.total / spend.orders)) / customers
    scaled = replace(spend, total=spend.total / unit)

    def evaluate(parameters: Numbers) -> tuple[float, Numbers]:
        p, q, v = (float(each) for each in parameters)
        return compute_log_likelihood(GammaGamma(p, q, v), scaled)

    fit = maximise(evaluate, STARTS, customers)
    p, q, v = fit.parameters
    correlation = compute_correlation(spend)
    reason = fit.reason
    if not reason and q <= 1:
        reason = NO_MEAN
    if abs(correlation) > MOST_CORRELATION:
        reason = (
            f"spend goes with how often customers order (correlation {correlation:.2f}, beyond "
            f"{MOST_CORRELATION}), which the model takes as independent"
        )
    return replace(
        fit,
        parameters=(p, q, v * unit),
        log_likelihood=fit.log_likelihood - customers * float(np.log(unit)),
        reason=reason,
    )


def compute_log_likelihood(model: GammaGamma, spend: Spend) -> tuple[float, Numbers]:
    """The sum over customers of the log density of their mean spend, and its slope along the log
    parameters."""
    p, q, v = model.p, model.q, model.v
    counts, where = spend.by_orders
    scale = np.log(spend.total + v)
    mean = np.log(spend.total / spend.orders)
    logs = (
        (gammaln(p * counts + q) - gammaln(p * counts) + p * counts * np.log(counts))[where]
        - gammaln(q) + q * np.log(v) + (p * spend.orders - 1) * mean
        - (p * spend.orders + q) * scale
    )  # fmt: skip
    both = digamma(p * counts + q)
    slopes = np.stack(
        [
            p * spend.orders
            * ((both - digamma(p * counts) + np.log(counts))[where] + mean - scale),
            q * (both[where] - digamma(q) + np.log(v) - scale),
            v * (q / v - (p * spend.orders + q) / (spend.total + v)),
        ]
    )  # fmt: skip
    return float(np.dot(spend.customers, logs)), slopes @ spend.customers


def expect_spend(model: GammaGamma, orders: float | Numbers, total: float | Numbers) -> Numbers:
    """E[M | x, sum]: spend of a next order, the mean of all customers and the customer's own,
    weighted q - 1 to p x. Without a repeat order it is the mean of all."""
    return np.asarray(
        model.p * (model.v + np.asarray(total)) / (model.p * np.asarray(orders) + model.q - 1)
    )
