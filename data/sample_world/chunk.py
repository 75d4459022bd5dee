"""A few hundred customers that are made together, so that any number fits into memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.sample_world.calendar import PRICE_FROM, Calendar
from data.sample_world.chance import Dice, Matrix
from data.sample_world.customers import Customer
from data.sample_world.lives import Life

Mask = NDArray[np.bool_]
# Business dates that the CRM learned weeks later, as a share of the rows.
LATE_SHARE = 0.04


@dataclass(frozen=True)
class Chunk:
    """Customers with their moods and lives; rows of the matrices are customers, columns weeks."""

    first_index: int
    calendar: Calendar
    customers: list[Customer]
    lives: list[Life]
    moods: Matrix
    is_active: Mask


def active_weeks(lives: list[Life], calendar: Calendar) -> Mask:
    """Return which whole weeks each customer was one."""
    active = np.zeros((len(lives), calendar.weeks), dtype=np.bool_)
    for place, life in enumerate(lives):
        for start, end in life.spells:
            last = calendar.weeks if end is None else end // 7
            active[place, -(-start // 7) : last] = True
    return active


def happenings(dice: Dice, chance: Matrix, chunk: Chunk) -> list[tuple[int, int, int]]:
    """Draw what happens by a weekly chance; return (place of customer, week, day)."""
    draws = dice.matrix(*chance.shape)
    places, weeks = np.nonzero((draws < chance) & chunk.is_active)
    return [
        (place, week, week * 7 + dice.weighted(DAYS_OF_WEEK))
        for place, week in zip(places.tolist(), weeks.tolist(), strict=True)
    ]


DAYS_OF_WEEK = ((0, 0.2), (1, 0.2), (2, 0.19), (3, 0.19), (4, 0.17), (5, 0.03), (6, 0.02))


def price_weeks(calendar: Calendar) -> slice:
    """Return the weeks in which the price increase of 2025Q3 was the talk of the customers."""
    first = calendar.day(PRICE_FROM) // 7
    return slice(max(first, 0), max(first + 15, 0))


def entered(dice: Dice, calendar: Calendar, day: int) -> str:
    """Return when a row about a day was entered: the same day, or weeks later for a few."""
    if dice.chance(LATE_SHARE):
        late = day + dice.between(7, 45)
        if late <= calendar.as_of:
            return calendar.working_hour(late, dice.uniform())
    return calendar.working_hour(day, 0.5 + dice.uniform() / 2)


def merged_or_own(dice: Dice, who: Customer) -> str:
    """Return the account a row hangs on: some still hang on the account that was merged away."""
    if who.merged_id and dice.chance(0.3):
        return who.merged_id
    return who.account_id
