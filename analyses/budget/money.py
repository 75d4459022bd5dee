"""A row of yearly amounts, now and after one year, two, ..: what it is worth, returns and when (metrics.md 8.1)."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

HALVINGS = 200  # more than the digits of a float


def compute_present_value(flows: Sequence[float], discount: float) -> float:
    """Sum of flows[t] / (1 + discount)^t, t = 0 now; discount: yearly, a share above -1."""
    return sum(flow / (1 + discount) ** year for year, flow in enumerate(flows))


def compute_irr(flows: Sequence[float]) -> float | None:
    """The yearly rate at which the present value is 0; None unless the sign changes exactly once.

    With one change of sign the polynomial in 1 / (1 + rate) has one positive root (Descartes), so
    there is always one rate above -1, found by halving.
    """
    signs = [flow > 0 for flow in flows if flow]
    if sum(one != other for one, other in pairwise(signs)) != 1:
        return None

    def is_before_root(factor: float) -> bool:
        value = sum(flow * factor**year for year, flow in enumerate(flows))
        return (value > 0) == signs[0] and value != 0

    low, high = 0.0, 1.0
    while is_before_root(high):
        low, high = high, high * 2
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_before_root(middle) else (low, middle)
    return 1 / high - 1


def compute_roi(flows: Sequence[float]) -> float | None:
    """(what comes back - cost) / cost, undiscounted; cost is the amount now. None at a cost of 0."""
    cost = -flows[0]
    return (sum(flows[1:]) - cost) / cost if cost else None


def compute_payback(flows: Sequence[float]) -> float | None:
    """Years until the sum of what came, undiscounted, covers the cost, even within each year.

    0 where there is nothing to pay back, None where it never happens within these years.
    """
    sums = list(accumulate(flows))
    if sums[0] >= 0:
        return 0.0
    for year, (before, after) in enumerate(pairwise(sums)):
        if after >= 0:
            return year + before / (before - after)
    return None
