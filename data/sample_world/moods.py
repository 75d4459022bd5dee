"""How content each customer is, week by week: the one cause behind everything else."""

from __future__ import annotations

import numpy as np

from data.sample_world.calendar import PRICE_FROM, Calendar
from data.sample_world.chance import Dice, Matrix

# Moods have a mean near 0.2 and a standard deviation near 1 over customers and weeks.
MEAN = 0.3
SPREAD_OF_CUSTOMERS = 0.6
PULL_TO_MEAN = 0.065
WEEKLY_NOISE = 0.26
SHOCKS_A_WEEK = 0.006
# The price increase of 2025Q3 hurt two thirds of the customers for a quarter and more.
HURT_BY_PRICE = 0.65
PRICE_STEP = 0.16
PRICE_WEEKS = 9


def draw_moods(dice: Dice, customers: int, calendar: Calendar) -> Matrix:
    """Return moods, customers x weeks: mean-reverting, with shocks and the price quarter."""
    means = MEAN + SPREAD_OF_CUSTOMERS * dice.bells(customers, 1)[:, 0]
    now = means + 0.6 * dice.bells(customers, 1)[:, 0]
    noise = WEEKLY_NOISE * dice.bells(customers, calendar.weeks)
    is_shocked = dice.matrix(customers, calendar.weeks) < SHOCKS_A_WEEK
    depth = 1.2 + 1.2 * dice.matrix(customers, calendar.weeks)
    noise = noise - np.where(is_shocked, depth, 0.0)
    is_hurt = dice.matrix(customers, 1)[:, 0] < HURT_BY_PRICE
    price_week = calendar.day(PRICE_FROM) // 7
    moods = np.empty((customers, calendar.weeks))
    for week in range(calendar.weeks):
        now = now + PULL_TO_MEAN * (means - now) + noise[:, week]
        if price_week <= week < price_week + PRICE_WEEKS:
            now = now - np.where(is_hurt, PRICE_STEP, 0.0)
        moods[:, week] = now
    return moods
