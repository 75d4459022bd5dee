"""Orders without a contract: how often, whether still alive, and how much, customer by customer.

BG/NBD, Pareto/NBD and BG/BB as their papers write them, expectations by quadrature over the
customer's own rates; Gamma-Gamma for the spend.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp, inf, log

import numpy as np
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1


@dataclass(frozen=True)
class Buyer:
    """Repeat days, weeks from the first to the last of them and to the end, mean of repeat days."""

    repeats: int
    last: float
    watched: float
    spend: float


def buyers_of(orders: Iterable[tuple[str, dt.date, Decimal]], end: dt.date) -> dict[str, Buyer]:
    """The buyers with an order before `end` (exclusive), the orders of one day taken as one; watched up
    to the day before it."""
    days: dict[str, dict[dt.date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for customer, day, amount in orders:
        if day < end:
            days[customer][day] += amount
    found: dict[str, Buyer] = {}
    for customer, own in days.items():
        first, *repeats = sorted(own)
        spend = [float(own[day]) for day in repeats]
        last = repeats[-1] if repeats else first
        found[customer] = Buyer(
            len(repeats),
            (last - first).days / 7,
            ((end - first).days - 1) / 7,
            sum(spend) / len(spend) if spend else 0.0,
        )
    return found


Fit = tuple[float, ...]


def maximise(cost: Callable[[Fit], float], starts: Sequence[Fit]) -> Fit:
    """The parameters at the least cost, searched on their logarithms."""

    def of_logs(logs: Fit) -> float:
        if max(map(abs, logs)) > 12:
            return inf
        return cost(tuple(exp(each) for each in logs))

    exact = {"xatol": 1e-7, "fatol": 1e-9, "maxiter": 20_000, "maxfev": 20_000}
    found = [
        minimize(of_logs, [log(each) for each in start], method="Nelder-Mead", options=exact)
        for start in starts
    ]
    best = min(found, key=lambda each: each.fun)
    return tuple(exp(each) for each in best.x)


def bg_likelihood(fit: Fit, x: np.ndarray, last: np.ndarray, watched: np.ndarray) -> np.ndarray:
    """Fader, Hardie and Lee 2005, equation 6: B(a, b+x)/B(a, b) G(r+x) al^r / (G(r) (al+T)^(r+x)), and
    where x > 0 the death after the last order beside it."""
    r, alpha, a, b = fit
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    alive = betaln(a, b + x) - (r + x) * np.log(alpha + watched)
    dead = betaln(a + 1, b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + last)
    return common + np.where(x > 0, np.logaddexp(alive, dead), alive)


def bg_alive(fit: Fit, buyer: Buyer) -> float:
    """P(alive): 1 without a repeat order, since death comes only after one."""
    if buyer.repeats == 0:
        return 1.0
    r, alpha, a, b = fit
    ratio = (alpha + buyer.watched) / (alpha + buyer.last)
    return 1 / (1 + a / (b + buyer.repeats - 1) * ratio ** (r + buyer.repeats))


def bg_expected(fit: Fit, buyer: Buyer, weeks: float) -> float:
    """Repeat orders in the next weeks: E over the dropout p of (1 - ((al+T)/(al+T+p t))^(r+x)) / p.

    Given the rate l and p, a living customer makes (1 - e^(-l p t)) / p orders; alive at T, l is
    gamma (r + x, al + T) and p is beta (a, b + x).
    """
    r, alpha, a, b = fit
    shape, rate = r + buyer.repeats, alpha + buyer.watched
    norm = betaln(a, b + buyer.repeats)

    def inside(root: float) -> float:
        # p = root^(1/a) takes the spike of the beta density at 0 away where a < 1.
        p = root ** (1 / a)
        if p <= 0:
            return shape * weeks / rate * exp(-norm) / a
        made = -np.expm1(-shape * np.log1p(p * weeks / rate)) / p
        return float(made * (1 - p) ** (b + buyer.repeats - 1) * exp(-norm) / a)

    return bg_alive(fit, buyer) * quad(inside, 0, 1, limit=500, epsabs=1e-11, epsrel=1e-9)[0]


def pareto_likelihood(fit: Fit, x: np.ndarray, last: np.ndarray, watched: np.ndarray) -> np.ndarray:
    """Pareto/NBD with the two hypergeometric functions (Fader and Hardie 2005)."""
    r, alpha, s, beta = fit
    larger, gap = max(alpha, beta), abs(alpha - beta)
    second = s + 1 if alpha >= beta else r + x
    sums = r + s + x

    def part(time: np.ndarray) -> np.ndarray:
        value = hyp2f1(sums, second, sums + 1, gap / (larger + time))
        return np.log(value) - sums * np.log(larger + time)

    after, until = part(last), part(watched)
    died = after + np.log(-np.expm1(np.minimum(until - after, -1e-15)))
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    stays = -(r + x) * np.log(alpha + watched) - s * np.log(beta + watched)
    return common + np.logaddexp(stays, np.log(s) - np.log(sums) + died)


def pareto_alive(fit: Fit, x: np.ndarray, last: np.ndarray, watched: np.ndarray) -> np.ndarray:
    """P(alive): the living's share of the likelihood."""
    r, alpha, s, beta = fit
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    stays = common - (r + x) * np.log(alpha + watched) - s * np.log(beta + watched)
    return np.exp(stays - pareto_likelihood(fit, x, last, watched))


def pareto_expected(
    fit: Fit, x: np.ndarray, last: np.ndarray, watched: np.ndarray, weeks: float
) -> np.ndarray:
    """Repeat orders in the next weeks of each customer."""
    r, alpha, s, beta = fit
    rate = (r + x) * (beta + watched) / ((alpha + watched) * (s - 1))
    left = 1 - ((beta + watched) / (beta + watched + weeks)) ** (s - 1)
    return rate * left * pareto_alive(fit, x, last, watched)


def bb_likelihood(fit: Fit, x: int, last: int, chances: int) -> float:
    """BG/BB (Fader, Hardie and Shang 2010): orders at x of the chances, the last at `last`."""
    a, b, g, d = fit
    total = betaln(a + x, b + chances - x) - betaln(a, b) + betaln(g, d + chances) - betaln(g, d)
    for missed in range(chances - last):
        seen = last - x + missed
        part = betaln(a + x, b + seen) - betaln(a, b)
        part += betaln(g + 1, d + last + missed) - betaln(g, d)
        total = np.logaddexp(total, part)
    return float(total)


def spend_likelihood(fit: Fit, x: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Gamma-Gamma (Fader and Hardie 2013): the density of the mean of x orders, x > 0."""
    p, q, scale = fit
    density = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(scale)
    return (
        density
        + (p * x - 1) * np.log(mean)
        + p * x * np.log(x)
        - (p * x + q) * np.log(scale + x * mean)
    )


def spend_expected(fit: Fit, buyer: Buyer) -> float:
    """The mean of all and the customer's own, weighted by what each says."""
    p, q, scale = fit
    weight = (q - 1) / (p * buyer.repeats + q - 1)
    return weight * p * scale / (q - 1) + (1 - weight) * buyer.spend


def value(
    fit: Fit, spend: Fit, buyer: Buyer, margin: float, yearly: float, weeks: int = 52
) -> float:
    """Residual margin of the next weeks, each week's orders discounted from its end."""
    rate = (1 + yearly) ** (1 / 52.1775)
    made = [bg_expected(fit, buyer, week) for week in range(weeks + 1)]
    orders = sum((made[k] - made[k - 1]) / rate**k for k in range(1, weeks + 1))
    return margin * spend_expected(spend, buyer) * orders
