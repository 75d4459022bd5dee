"""Exact arithmetic of a change: what a factor, a slice and a rounding take of it."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import TypeVar

from analyses.decomposition import compute_lmdi, compute_log_mean, compute_shapley

K = TypeVar("K", bound=Hashable)
# What a part is rounded to: a thousandth of a percentage point or of a point, a cent, a hundredth of a count.
QUANTA = {
    "percent": Decimal("0.00001"),
    "points": Decimal("0.001"),
    "currency": Decimal("0.01"),
    "currency_per_day": Decimal("0.01"),
    "count": Decimal("0.01"),
}


@dataclass(frozen=True)
class Ends:
    """A number before and after."""

    before: Fraction
    after: Fraction

    @property
    def change(self) -> Fraction:
        """After less before."""
        return self.after - self.before

    @property
    def mean(self) -> Fraction:
        """Halfway between the two."""
        return (self.before + self.after) / 2


def add_up(each: Iterable[Ends]) -> Ends:
    """The sums of several numbers, before and after."""
    listed = list(each)
    zero = Fraction(0)
    return Ends(sum((one.before for one in listed), zero), sum((one.after for one in listed), zero))


def divide(amount: Ends, per: Ends) -> Ends | None:
    """The quotient at both ends; where one end has nothing to divide by, it is that of the other.

    So a slice that came or went changes the mix and never the rate. None where neither end has one.
    """
    before = amount.before / per.before if per.before else None
    after = amount.after / per.after if per.after else None
    first = before if before is not None else after
    last = after if after is not None else before
    return None if first is None or last is None else Ends(first, last)


def split_product(amount: Ends, per: Ends) -> tuple[Fraction, Fraction]:
    """(part of the quotient amount / per, part of per) of a change of the amount; they sum to it.

    Each is the mean of its effect in the two orders of change (Shapley).
    """
    quotient = divide(amount, per)
    of_base = quotient.mean * per.change if quotient else Fraction(0)
    return amount.change - of_base, of_base


def split_ratio(amount: Ends, per: Ends, whole: Ends, whole_per: Ends) -> tuple[Fraction, Fraction]:
    """(rate, mix): what one slice takes of the change of whole / whole_per, without a residual.

    rate = mean share x change of the slice's rate; mix = change of its share x (its mean rate less
    the mean rate of the whole). Over all slices they sum to the change, since the shares sum to 1 at
    both ends. Source: Kitagawa 1955, components of a difference between two rates.
    """
    share = divide(per, whole_per)
    rate = divide(amount, per)
    total = divide(whole, whole_per)
    if share is None or rate is None or total is None:
        return Fraction(0), Fraction(0)
    return share.mean * rate.change, share.change * (rate.mean - total.mean)


def compute_weights(factors: Mapping[str, Ends], inverse: frozenset[str]) -> dict[str, Fraction]:
    """By factor, what a unit of its change comes to in the product: weight x change sums to it.

    LMDI (Ang 2015): the logarithmic mean of the product over that of the factor. Shapley where a
    factor is 0. A factor of `inverse` divides, so its weight is below 0. One factor alone weighs 1.
    Raises ZeroDivisionError where an inverse factor is 0.
    """
    before = {name: _turn(ends.before, name in inverse) for name, ends in factors.items()}
    after = {name: _turn(ends.after, name in inverse) for name, ends in factors.items()}
    if len(factors) == 1 and not inverse:
        return dict.fromkeys(factors, Fraction(1))
    weights: dict[str, Fraction] = {}
    for name, ends in factors.items():
        if 0 in (*before.values(), *after.values()):
            # The effect is linear in the factor's own change: that of one unit is the weight.
            one = compute_shapley({**before, name: 0.0}, {**after, name: 1.0})[name]
        else:
            effect = compute_lmdi(before, after)[name]
            turned = after[name] - before[name]
            one = (
                effect / turned
                if turned
                else compute_log_mean(*_products(before, after)) / after[name]
            )
        slope = -1 / (ends.before * ends.after) if name in inverse else Fraction(1)
        weights[name] = Fraction(one) * slope
    return weights


def round_to(number: Fraction, quantum: Decimal) -> Decimal:
    """A number in whole quanta, half to even."""
    units = number / Fraction(quantum)
    whole = (Decimal(units.numerator) / Decimal(units.denominator)).quantize(
        Decimal(1), ROUND_HALF_EVEN
    )
    return whole * quantum + 0  # never -0


def round_to_sum(parts: Mapping[K, Fraction], total: Decimal, quantum: Decimal) -> dict[K, Decimal]:
    """The parts in whole quanta, so that they sum to the total: what rounding left over goes, one
    quantum each, to the parts that it took the most from. A part that is 0 stays 0.

    The sum is another where the parts themselves do not add up: more is left over than rounding can
    leave. The caller says so.
    """
    rounded = {name: round_to(part, quantum) for name, part in parts.items()}
    units = int((total - sum(rounded.values(), Decimal(0))) / quantum)
    sign = 1 if units > 0 else -1
    lost = {name: sign * (part - Fraction(rounded[name])) for name, part in parts.items() if part}
    if abs(units) > (len(lost) + 2) // 2:
        return rounded
    for name in sorted(lost, key=lambda each: -lost[each])[: abs(units)]:
        rounded[name] += sign * quantum
    return rounded


def _turn(number: Fraction, is_inverse: bool) -> float:
    return float(1 / number) if is_inverse else float(number)


def _products(before: Mapping[str, float], after: Mapping[str, float]) -> tuple[float, float]:
    products = [1.0, 1.0]
    for name in before:
        products = [products[0] * after[name], products[1] * before[name]]
    return products[0], products[1]
