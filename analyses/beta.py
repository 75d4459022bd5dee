"""Quantiles of the beta distribution, which neither NumPy nor the standard library has."""

from math import exp, lgamma, log, log1p

TINY = 1e-300
MOST_TERMS = 10_000


def compute_beta_interval(a: float, b: float, mass: float = 0.95) -> tuple[float, float]:
    """Equal-tailed interval of Beta(a, b), a and b above 0, exact to 1e-9."""
    tail = (1 - mass) / 2
    return compute_beta_quantile(tail, a, b), compute_beta_quantile(1 - tail, a, b)


def compute_beta_quantile(probability: float, a: float, b: float) -> float:
    """The value below which Beta(a, b) has this probability, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if compute_beta_cdf(middle, a, b) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def compute_beta_cdf(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I_x(a, b).

    Source: https://dlmf.nist.gov/8.17 (8.17.22, the continued fraction; 8.17.4, the reflection),
    evaluated by the modified Lentz method.
    """
    if x <= 0 or x >= 1:
        return float(x > 0)
    if x > (a + 1) / (a + b + 2):  # beyond it the fraction converges slowly
        return 1 - compute_beta_cdf(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    return front / (a * _fraction(x, a, b))


def _fraction(x: float, a: float, b: float) -> float:
    value, above, below = 1.0, 1.0, 0.0
    for term in range(1, MOST_TERMS):
        half = term // 2
        if term % 2:
            step = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        else:
            step = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        below = 1 / (1 + step * below or TINY)
        above = 1 + step / above or TINY
        value *= above * below
        if abs(above * below - 1) < 1e-14:
            break
    return value
