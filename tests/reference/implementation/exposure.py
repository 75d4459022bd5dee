"""Churn by days: what happens inside a period, and how long customers were at risk in it."""

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from tests.reference.implementation.movements import ONE_DAY, Movement, moved_in
from tests.reference.implementation.terms import Term, mrr_at

Spells = Sequence[tuple[dt.date, dt.date | None]]


def endings_in(movements: Sequence[Movement], start: dt.date, end: dt.date) -> int:
    """How often a customer went to nothing in [start, end)."""
    return len(moved_in(list(movements), "churned", start, end))


def weeks_at_risk(spells: Spells, start: dt.date, end: dt.date) -> Fraction:
    """The days of [start, end) on which a customer was one, in weeks."""
    days = 0
    for began, ended in spells:
        last = end if ended is None else min(ended, end)
        days += max(0, (last - max(began, start)).days)
    return Fraction(days, 7)


def sum_of_daily_rates(
    customers: Sequence[Sequence[Term]], start: dt.date, end: dt.date
) -> Fraction | None:
    """Sum over days of 1 - still active at day end / active at day start.

    A day that nobody starts adds nothing; None where that is so on all of them.
    """
    total: Fraction | None = None
    day = start
    while day < end:
        active = [terms for terms in customers if mrr_at(list(terms), day) > 0]
        still = [terms for terms in active if mrr_at(list(terms), day + ONE_DAY) > 0]
        if active:
            total = (total or Fraction(0)) + 1 - Fraction(len(still), len(active))
        day += ONE_DAY
    return total


def cumulative_churn(weeks: Sequence[tuple[int, int]]) -> float | None:
    """1 - the product of 1 - lost / opening over weeks; a week without customers has no rate."""
    if not all(opening for _, opening in weeks):
        return None
    kept = Fraction(1)
    for lost, opening in weeks:
        kept *= 1 - Fraction(lost, opening)
    return float(1 - kept)
