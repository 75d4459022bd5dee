"""BG/NBD: how often customers order who never say that they have gone.

A customer orders at a rate of his own and, after each order, may be gone for good with a chance of
his own; rates are gamma (r, alpha), chances beta (a, b) distributed. Fader, Hardie and Lee,
"Counting your customers the easy way", Marketing Science 24(2), 2005. Time is in weeks.
A history is the days with an order after the first (repeats), the time from first to last order
(recency) and the time from the first order to the end of what is known (age).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analyses.lifetime.likelihood import Fit, Numbers, maximise
from analyses.lifetime.special import betaln, digamma, gammaln, hyp2f1

# log r, alpha, a, b: the published start of all ones, many light buyers, few heavy ones.
STARTS = ((0.0, 0.0, 0.0, 0.0), (-1.0, 1.5, 0.0, 1.0), (0.5, 3.0, -1.0, 1.0))
NEAR_ONE = 1e-5  # of a, where the formula of the expectation divides 0 by 0


@dataclass(frozen=True)
class Histories:
    """Histories with how many customers share each; every field has one entry a history."""

    repeats: Numbers
    recency: Numbers
    age: Numbers
    customers: Numbers

    @cached_property
    def by_repeats(self) -> tuple[Numbers, npt.NDArray[np.intp]]:
        """The different numbers of repeats, and where each history finds its own."""
        return np.unique(self.repeats, return_inverse=True)


@dataclass(frozen=True)
class BgNbd:
    """The parameters: r, alpha (weeks), a, b."""

    r: float
    alpha: float
    a: float
    b: float


def fit_bg_nbd(histories: Histories) -> Fit:
    """r, alpha, a, b of the highest likelihood; Fit.reason where they cannot be told."""

    def evaluate(parameters: Numbers) -> tuple[float, Numbers]:
        r, alpha, a, b = (float(each) for each in parameters)
        return compute_log_likelihood(BgNbd(r, alpha, a, b), histories)

    return maximise(evaluate, STARTS, int(histories.customers.sum()))


def compute_log_likelihood(model: BgNbd, histories: Histories) -> tuple[float, Numbers]:
    """The sum over customers (equation 6 of the paper), and its slope along the log parameters.

    The two ways to have a history (still there; gone after the last order) are added as logs, which
    no size of a count overflows (Hardie, note 027).
    """
    logs, slopes = _compute_each(model, histories)
    return float(np.dot(histories.customers, logs)), slopes @ histories.customers


def _compute_each(model: BgNbd, histories: Histories) -> tuple[Numbers, Numbers]:
    """Log-likelihood of each history, and by parameter and history its slope along the log."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    # Gamma functions are slow and depend on the number of repeats only, which takes few values.
    counts, where = histories.by_repeats
    repeated = histories.repeats > 0
    of_count = (
        gammaln(r + counts) - gammaln(r) + r * np.log(alpha)
        + gammaln(a + b) + gammaln(b + counts) - gammaln(b) - gammaln(a + b + counts)
    )  # fmt: skip
    log_age, log_recency = np.log(alpha + histories.age), np.log(alpha + histories.recency)
    still = -(r + histories.repeats) * log_age
    gone_base = np.maximum(b + histories.repeats - 1, 1e-300)
    gone = np.where(
        repeated, np.log(a) - np.log(gone_base) - (r + histories.repeats) * log_recency, -np.inf
    )
    either = np.logaddexp(still, gone)
    is_gone = np.exp(gone - either)
    is_still = 1 - is_gone
    logs = of_count[where] + either
    shared = digamma(a + b) - digamma(a + b + counts)
    slopes = np.stack(
        [
            r * (
                (digamma(r + counts) - digamma(r) + np.log(alpha))[where]
                - is_still * log_age - is_gone * log_recency
            ),
            alpha * (
                r / alpha - (r + histories.repeats) * (
                    is_still / (alpha + histories.age) + is_gone / (alpha + histories.recency)
                )
            ),
            a * (shared[where] + is_gone / a),
            b * (
                (shared + digamma(b + counts) - digamma(b))[where] - is_gone / gone_base
            ),
        ]
    )  # fmt: skip
    return logs, slopes


def compute_alive(model: BgNbd, histories: Histories) -> Numbers:
    """P(alive): the chance that a customer has not gone; 1 without a repeat order."""
    repeats = np.maximum(histories.repeats, 1)
    log_odds = (
        np.log(model.a) - np.log(model.b + repeats - 1)
        + (model.r + repeats)
        * (np.log(model.alpha + histories.age) - np.log(model.alpha + histories.recency))
    )  # fmt: skip
    return np.where(histories.repeats > 0, 1 / (1 + np.exp(np.minimum(log_odds, 700))), 1.0)


def expect_orders(model: BgNbd, histories: Histories, weeks: float | Numbers) -> Numbers:
    """E[Y(t) | history]: repeat orders in the next weeks, of customers who may have gone already."""
    return compute_alive(model, histories) * expect_if_alive(
        model, histories.repeats, histories.age, weeks
    )


def expect_if_alive(
    model: BgNbd, repeats: float | Numbers, age: float | Numbers, weeks: float | Numbers
) -> Numbers:
    """Orders expected within weeks of a customer who is still there; repeats = age = 0: E[X(t)].

    Equations 9 and 10 of the paper; where r + x > a - 1, their 2F1(r + x, b + x; a + b + x - 1; z) by
    Euler's transformation as (1 - z)^(a - 1 - r - x) 2F1(a - 1, a + b - 1 - r; a + b + x - 1; z). At
    a = 1 the limit, as the mean of both sides of it.
    """
    if abs(model.a - 1) < NEAR_ONE:
        sides = (1 - 2 * NEAR_ONE, 1 + 2 * NEAR_ONE)
        each = [
            expect_if_alive(BgNbd(model.r, model.alpha, a, model.b), repeats, age, weeks)
            for a in sides
        ]
        return (each[0] + each[1]) / 2
    top = model.a + model.b + np.asarray(repeats) - 1
    # Without a repeat order and with a + b = 1 it is 0 times an infinite series: the limit.
    top = np.where(np.abs(top) < 1e-9, 1e-9, top)
    orders = model.r + np.asarray(repeats)
    share = np.asarray(weeks) / (model.alpha + np.asarray(age) + weeks)
    # Each form keeps its digits where the other is 0 times an overflow.
    is_turned = orders > model.a - 1
    power = np.where(is_turned, model.a - 1, orders)
    other = np.where(is_turned, model.a + model.b - 1 - model.r, model.b + np.asarray(repeats))
    series = hyp2f1(power, other, top, share)
    return np.asarray(top / (model.a - 1) * (1 - np.exp(power * np.log1p(-share)) * series))


def compute_pmf(model: BgNbd, repeats: int, weeks: float | Numbers) -> Numbers:
    """P(X(t) = x): the chance of just so many repeat orders within weeks of the first (equation 8)."""
    r, a, b = model.r, model.a, model.b
    weeks = np.asarray(weeks, dtype=float)
    none, some = model.alpha / (model.alpha + weeks), weeks / (model.alpha + weeks)

    def negative_binomial(count: int) -> Numbers:
        chance = np.exp(gammaln(r + count) - gammaln(r) - gammaln(count + 1.0))
        return np.asarray(chance * none**r * some**count)

    alive = np.exp(betaln(a, b + repeats) - betaln(a, b)) * negative_binomial(repeats)
    if repeats == 0:
        return alive
    fewer = sum((negative_binomial(count) for count in range(repeats)), np.zeros_like(weeks))
    return alive + np.exp(betaln(a + 1, b + repeats - 1) - betaln(a, b)) * (1 - fewer)
