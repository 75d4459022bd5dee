"""95 % intervals, by the formula where it is short and by bisection of the tail where it is not."""

from collections.abc import Callable
from math import exp, lgamma, log, sqrt

Z = 1.959963984540054

Ends = tuple[float, float]


def wilson(count: float, total: float) -> Ends | None:
    """Score interval of a share: the two p at which (count / total - p)^2 = z^2 p (1 - p) / total."""
    if total == 0:
        return None
    share = count / total
    # (1 + z2 / n) p^2 - (2 share + z2 / n) p + share^2 = 0
    a, b, c = 1 + Z * Z / total, -(2 * share + Z * Z / total), share * share
    root = sqrt(max(b * b - 4 * a * c, 0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def newcombe(count_1: float, total_1: float, count_2: float, total_2: float) -> Ends | None:
    """Hybrid score interval (method 10) of count_1 / total_1 - count_2 / total_2."""
    first, second = wilson(count_1, total_1), wilson(count_2, total_2)
    if first is None or second is None:
        return None
    p, q = count_1 / total_1, count_2 / total_2
    down = sqrt((p - first[0]) ** 2 + (second[1] - q) ** 2)
    up = sqrt((first[1] - p) ** 2 + (q - second[0]) ** 2)
    return p - q - down, p - q + up


def poisson(events: int, exposure: float) -> Ends | None:
    """Exact interval of a rate: the means at which so many, or so few, have a chance of 2.5 %."""
    if exposure == 0:
        return None
    low = 0.0
    if events > 0:
        low = bisect(lambda mean: 1 - poisson_at_most(events - 1, mean) - 0.025, events)
    high = bisect(lambda mean: 0.025 - poisson_at_most(events, mean), events)
    return low / exposure, high / exposure


def poisson_at_most(count: int, mean: float) -> float:
    """P(X <= count) of a Poisson variable."""
    if mean == 0:
        return 1.0
    return sum(exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(count + 1))


def bisect(rises: Callable[[float], float], near: float) -> float:
    """Where a rising function is 0, from 0 to far above `near`."""
    low, high = 0.0, 20 + near + 10 * sqrt(near + 1)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if rises(middle) > 0 else (middle, high)
    return (low + high) / 2
