"""What drove a change of sales velocity: the part of each driver, exact to the cent."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import permutations
from math import log, log1p, prod
from typing import Literal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Drivers:
    """The four factors of V = N x D x W / L; None where one has no value.

    open_deals is a count, average_deal in the reporting currency, win_rate a share from 0 to 1,
    cycle_days in days, above 0.
    """

    open_deals: float | None
    average_deal: float | None
    win_rate: float | None
    cycle_days: float | None

    def missing(self) -> tuple[str, ...]:
        """The names of the drivers without a value."""
        return tuple(each.name for each in fields(self) if getattr(self, each.name) is None)

    def factors(self) -> dict[str, float]:
        """The drivers as factors of a product: the cycle divides, so it is turned over.

        Raises ValueError where a driver is missing.
        """
        if self.missing():
            raise ValueError(f"without a value: {', '.join(self.missing())}")
        values = {each.name: float(getattr(self, each.name)) for each in fields(self)}
        return values | {"cycle_days": 1 / values["cycle_days"]}


DRIVERS = tuple(each.name for each in fields(Drivers))


@dataclass(frozen=True)
class Decomposition:
    """Velocity before and after, in currency a day, and the part of each driver, in cents.

    The parts sum to after - before, to the cent.
    """

    method: Literal["lmdi", "shapley"]
    before: Decimal
    after: Decimal
    parts: dict[str, Decimal]


def compute_decomposition(before: Drivers, after: Drivers) -> Decomposition | None:
    """LMDI, or Shapley where a factor is 0 on either side; None where a driver has no value."""
    if before.missing() or after.missing():
        return None
    old, new = before.factors(), after.factors()
    has_zero = 0 in (*old.values(), *new.values())
    parts = compute_shapley(old, new) if has_zero else compute_lmdi(old, new)
    totals = [round_to_cent(prod(factors.values())) for factors in (old, new)]
    return Decomposition(
        "shapley" if has_zero else "lmdi",
        totals[0],
        totals[1],
        round_to_sum(parts, totals[1] - totals[0]),
    )


def compute_lmdi(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """Additive log-mean Divisia index of a product of factors above 0, by factor.

    Part k = L(V1, V0) ln(x1_k / x0_k) with the logarithmic mean L(a, b) = (a - b) / ln(a / b),
    L(a, a) = a: the parts sum to V1 - V0, whichever way time runs. Source: Ang, Huang, Mu 2009.
    """
    weight = compute_log_mean(prod(after.values()), prod(before.values()))
    return {name: weight * log_ratio(after[name], old) for name, old in before.items()}


def compute_log_mean(one: float, other: float) -> float:
    """Logarithmic mean of two numbers above 0."""
    return one if one == other else (one - other) / log_ratio(one, other)


def log_ratio(one: float, other: float) -> float:
    """ln(one / other) with all its digits, both above 0."""
    # Near 1 the ratio loses digits that log1p keeps; far below 1 it is the other way round.
    is_near = 0.5 < one / other < 2
    return log1p((one - other) / other) if is_near else log(one / other)


def compute_shapley(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """Mean of a factor's marginal effect on the product over all orders of change, by factor.

    Works with factors of 0, where a logarithm does not (Wood and Lenzen 2006).
    """
    orders = list(permutations(before))
    parts = dict.fromkeys(before, 0.0)
    for order in orders:
        factors = dict(before)
        for name in order:
            reached = prod(factors.values())
            factors[name] = after[name]
            parts[name] += (prod(factors.values()) - reached) / len(orders)
    return parts


def round_to_cent(amount: float) -> Decimal:
    """An amount in whole cents."""
    return Decimal(repr(amount)).quantize(CENT, ROUND_HALF_EVEN)


def round_to_sum(parts: Mapping[str, float], total: Decimal) -> dict[str, Decimal]:
    """The parts in cents, so that they sum to the total: what rounding left over goes, cent by
    cent, to the parts that it took the most from."""
    rounded = {name: round_to_cent(amount) for name, amount in parts.items()}
    cents = int((total - sum(rounded.values())) / CENT)
    sign = 1 if cents > 0 else -1
    by_loss = sorted(parts, key=lambda name: sign * (float(rounded[name]) - parts[name]))
    for name in by_loss[: abs(cents)]:
        rounded[name] += sign * CENT
    return rounded
