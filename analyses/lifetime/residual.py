"""What present customers will still bring: by the renewals that they have passed (DERL)."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from analyses.lifetime.assumptions import Assumptions
from analyses.lifetime.continued import Continued, Range, list_retained, to_range
from analyses.lifetime.sbg import Matrix, sum_payments
from analyses.lifetime.stays import Stays

A_YEAR = 12  # months in a band of renewals


@dataclass(frozen=True)
class Residual:
    """Present customers who passed `first` to `last` renewals, and the discounted margin of one from
    its next renewal on, with the ends of its 95 % interval: within the horizon, counted from that
    renewal, and without one (None without a discount, where the sum may not end)."""

    first: int
    last: int
    customers: int
    within: Range
    forever: Range | None


def compute_residuals(
    curves: Continued, stays: Stays, assumptions: Assumptions, margins: Matrix
) -> tuple[Residual, ...]:
    """One row for each year of renewals passed; margins of a month, by sample, as the curves.

    The value of a row is the mean over its customers, just before their next renewal, whose payment
    is the first and not discounted.
    """
    present = ~stays.ended
    if not present.any():
        return ()
    customers = np.bincount(stays.faced[present], weights=stays.count[present])
    most, discount = len(customers) - 1, assumptions.discount_monthly
    within = margins[:, None] * _sum_within(curves, most, discount, assumptions.horizon_months)
    forever = margins[:, None] * _sum_forever(curves, most, discount) if discount else None
    width = max(1, A_YEAR // curves.period)
    found: list[Residual] = []
    for first in range(0, len(customers), width):
        band = customers[first : first + width]
        if band.sum():
            place, share = slice(first, first + width), band / band.sum()
            rest = None if forever is None else to_range(forever[:, place] @ share)
            count = int(band.sum())
            found.append(
                Residual(
                    first, first + len(band) - 1, count, to_range(within[:, place] @ share), rest
                )
            )
    return tuple(found)


def _sum_within(curves: Continued, most: int, discount: float, horizon: int) -> Matrix:
    """Discounted months of margin within the horizon for n = 0 .. most renewals passed (columns), by
    sample: the sum over payments k = 0, 1, ... of S(n + 1 + k) / S(n) u^k times the months of the
    period that lie within the horizon, each discounted to its payment; u the discount of a period."""
    factor, period = 1 / (1 + discount), curves.period
    payments = ceil(horizon / period)
    retained = list_retained(curves, np.arange(1, most + payments + 1))
    kept = np.ones((len(retained), most + 1))
    found = np.zeros_like(kept)
    for payment in range(payments):
        kept = kept * retained[:, payment : payment + most + 1]
        months = range(payment * period, min(horizon, (payment + 1) * period))
        found += kept * sum(factor**month for month in months)
    return found


def _sum_forever(curves: Continued, most: int, discount: float) -> Matrix:
    """The same without a horizon: DERL(n + 1) payments of a whole period.

    With A(n) = sum over j >= 0 of S(n + j) / S(n) u^j, DERL(n + 1) = r(n + 1) A(n + 1) = (A(n) - 1) / u,
    so one 2F1 for the highest n gives all. Source: Fader and Hardie 2010, equation 6; metrics.md 3.6.
    """
    factor = (1 + discount) ** -curves.period
    paid = (1 - factor) / (1 - 1 / (1 + discount))
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
    return np.stack(found[::-1], axis=1) * paid
