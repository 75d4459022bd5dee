"""What present customers will still bring: by the renewals that they have passed (DERL)."""

from dataclasses import dataclass

import numpy as np

from analyses.lifetime.continued import Continued, Range, to_range
from analyses.lifetime.sbg import Matrix, sum_payments
from analyses.lifetime.stays import Stays

A_YEAR = 12  # months in a band of renewals


@dataclass(frozen=True)
class Residual:
    """Present customers who passed `first` to `last` renewals, and the discounted margin of one from
    its next renewal on, with the ends of its 95 % interval; without a horizon."""

    first: int
    last: int
    customers: int
    value: Range


def compute_residuals(
    curves: Continued, stays: Stays, discount: float, margins: Matrix
) -> tuple[Residual, ...]:
    """One row for each year of renewals passed; empty without a discount (the sum may not end).

    discount, margins: of a month; margins by sample, as the curves. The value of a row is the mean over
    its customers. Just before renewal n + 1 a customer is worth DERL(n + 1) payments of a whole
    renewal period. With A(n) = sum over j >= 0 of S(n + j) / S(n) u^j, u the discount of a period,
    DERL(n + 1) = r(n + 1) A(n + 1) = (A(n) - 1) / u, so one 2F1 for the highest n gives all.
    Source: Fader and Hardie 2010, equation 6; metrics.md 3.6.
    """
    present = ~stays.ended
    if discount == 0 or not present.any():
        return ()
    customers = np.bincount(stays.faced[present], weights=stays.count[present])
    factor = (1 + discount) ** -curves.period
    paid = margins * (1 - factor) / (1 - 1 / (1 + discount))
    worth = _list_payments(curves, len(customers) - 1, factor) * paid[:, None]
    width = max(1, A_YEAR // curves.period)
    found: list[Residual] = []
    for first in range(0, len(customers), width):
        band = customers[first : first + width]
        if band.sum():
            value = to_range(worth[:, first : first + width] @ (band / band.sum()))
            found.append(Residual(first, first + len(band) - 1, int(band.sum()), value))
    return tuple(found)


def _list_payments(curves: Continued, most: int, factor: float) -> Matrix:
    """DERL(n + 1) for n = 0 .. most renewals passed (columns), by sample; just before the renewal."""
    is_one_rate = ~np.isnan(curves.rate)
    rate = np.where(is_one_rate, curves.rate, 0.0)
    whole = sum_payments(curves.alpha, curves.beta, most + 1, factor)
    whole = np.where(is_one_rate, 1 / (1 - rate * factor), whole)
    found: list[Matrix] = []
    for passed in range(most, -1, -1):
        part = curves.beta + passed
        kept = np.where(is_one_rate, rate, part / (curves.alpha + part))
        found.append(kept * whole)
        whole = 1 + factor * kept * whole
    return np.stack(found[::-1], axis=1)
