"""The shifted-beta-geometric model of renewals, by its recursion, and value by direct sums."""

from collections.abc import Mapping
from math import exp, inf, log

from scipy.optimize import minimize


def endings(alpha: float, beta: float, periods: int) -> list[float]:
    """P(T = t) for t = 1 .. periods: P(1) = a / (a + b), P(t) = P(t-1) (b + t - 2) / (a + b + t - 1)."""
    shares: list[float] = []
    for t in range(1, periods + 1):
        last = shares[-1] * (beta + t - 2) / (alpha + beta + t - 1) if shares else None
        shares.append(alpha / (alpha + beta) if last is None else last)
    return shares


def staying(alpha: float, beta: float, periods: int) -> list[float]:
    """S(0 .. periods), what the endings leave."""
    left = [1.0]
    for t in range(1, periods + 1):
        left.append(left[-1] * (beta + t - 1) / (alpha + beta + t - 1))
    return left


def likelihood(
    alpha: float, beta: float, lost: Mapping[int, float], there: Mapping[int, float]
) -> float:
    """Log-likelihood: lost[t] ended at renewal t; there[k] have passed k renewals and are still
    customers."""
    last = max([*lost, *there])
    ended, left = endings(alpha, beta, last), staying(alpha, beta, last)
    total = sum(n * log(ended[t - 1]) for t, n in lost.items() if n)
    return total + sum(n * log(left[k]) for k, n in there.items() if n and k)


def fit(lost: Mapping[int, float], there: Mapping[int, float]) -> tuple[float, float]:
    """alpha and beta at the greatest likelihood, from the ends of a coarse grid."""

    def cost(logs: list[float]) -> float:
        if max(map(abs, logs)) > 12:
            return inf
        return -likelihood(exp(logs[0]), exp(logs[1]), lost, there)

    grid = [[a, b] for a in (-2.0, 0.0, 2.0) for b in (-2.0, 0.0, 2.0, 4.0)]
    start = min(grid, key=cost)
    exact = {"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000}
    found = minimize(cost, start, method="Nelder-Mead", options=exact)
    return exp(found.x[0]), exp(found.x[1])


def lifetime(alpha: float, beta: float, rate: float) -> float:
    """Expected discounted payments of a new customer, the first now: the sum of S(t) / (1 + d)^t."""
    return 1 + residual(alpha, beta, rate, 1) / (1 + rate)


def residual(alpha: float, beta: float, rate: float, renewal: int) -> float:
    """The same of a customer just before a renewal, whose payment comes now if it renews."""
    total, left, t = 0.0, 1.0, renewal
    while left > 1e-15:
        left *= (beta + t - 1) / (alpha + beta + t - 1)
        total += left
        left /= 1 + rate
        t += 1
    return total
