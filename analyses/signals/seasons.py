"""The seasons of a weekly series, learnt once from its first 104 weeks.

A value is held against the 52-week centred mean (metrics.md 7.4). Two years leave one such ratio
for each week of the year, and an index of single weeks would be as noisy as the series itself; so
waves of 1 to 6 a year are fitted to the 52 ratios, and each is used only where it explains more
than chance would. Section 27 of docs/decisions.md has the simulation behind that choice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, pi, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyses.signals.series import Chart, Point

SEASON_WEEKS = 104
YEAR_WEEKS = 52
YEAR_DAYS = 365.2425  # by the calendar, so that a week 53 has its own place in the year
WAVES = 6  # a year: the fourth is that of quarters' ends
CHANCE = 0.02
Numbers = NDArray[np.floating[Any]]
ROUNDING = 1e-9
LEAST, MOST = 0.25, 4.0  # a fitted wave may undershoot where the true season has a narrow peak


@dataclass(frozen=True)
class Season:
    """Waves of a year. is_ratio: they multiply the level of the series; else they are added to it."""

    coefficients: tuple[float, ...]
    is_ratio: bool

    def factor(self, week: date) -> float:
        """What multiplies (or is added to) an average week, in the week of that Monday."""
        wave = sum(
            coefficient * term
            for coefficient, term in zip(self.coefficients, _terms(week), strict=True)
        )
        return min(max(1.0 + wave, LEAST), MOST) if self.is_ratio else wave

    def remove(self, value: float, week: date) -> float:
        """The value as it would be in an average week."""
        factor = self.factor(week)
        return value / factor if self.is_ratio else value - factor

    def apply(self, level: float, week: date) -> float:
        """What an average week's level is in the week of that Monday."""
        factor = self.factor(week)
        return level * factor if self.is_ratio else level + factor


def find_season(points: Sequence[Point], chart: Chart) -> Season | None:
    """The seasons of a stretch that begins with its first usable week; None where there are none.

    Only the first 104 weeks count, so that later weeks change nothing. Ratios of series that
    are never negative, differences of signed ones. None with fewer weeks, and where no wave is
    larger than chance would make it.
    """
    learnt = points[:SEASON_WEEKS]
    if len(learnt) < SEASON_WEEKS:
        return None
    is_ratio = all(point.value is None or point.value >= 0 for point in learnt)
    weeks: list[date] = []
    parts: list[float] = []
    half = YEAR_WEEKS // 2
    for place in range(half, SEASON_WEEKS - half):
        value = learnt[place].value
        mean = _mean(learnt[place - half : place + half + 1], chart)
        if value is None or not learnt[place].is_usable or mean is None:
            continue
        if is_ratio and mean == 0:
            return None
        weeks.append(learnt[place].period_start)
        parts.append(value / mean if is_ratio else value - mean)
    return _fit(weeks, np.array(parts), is_ratio)


def _mean(window: Sequence[Point], chart: Chart) -> float | None:
    """Mean of a year around a week: 53 weeks, the first and the last by half."""
    above = below = 0.0
    for place, point in enumerate(window):
        if point.value is None or not point.is_usable:
            continue
        weight = 0.5 if place in (0, len(window) - 1) else 1.0
        if chart == "p_prime":
            above += weight * (point.numerator or 0.0)
            below += weight * (point.denominator or 0.0)
        else:
            above += weight * point.value
            below += weight
    return above / below if below else None


def _fit(weeks: Sequence[date], parts: Numbers, is_ratio: bool) -> Season | None:
    """Least squares of the waves beside a constant, which is left out: the level is the baseline's.

    A wave is kept where the fit without it is worse by more than chance: an F test of two and n
    degrees of freedom, whose P is (1 + 2 F / n)^(-n / 2).
    """
    freedom = len(weeks) - 1 - 2 * WAVES
    if freedom < YEAR_WEEKS // 4:
        return None
    if float(np.ptp(parts)) <= ROUNDING * float(np.abs(parts).max()):
        return None
    design = np.array([(1.0, *_terms(week)) for week in weeks])
    _, rest = _solve(design, parts)
    kept = [0]
    for first in range(1, 2 * WAVES, 2):
        _, without = _solve(np.delete(design, (first, first + 1), axis=1), parts)
        if (rest / without) ** (freedom / 2) < CHANCE:
            kept += [first, first + 1]
    if len(kept) == 1:
        return None
    found, _ = _solve(design[:, kept], parts)
    coefficients = [0.0] * (1 + 2 * WAVES)
    for place, coefficient in zip(kept, found, strict=True):
        coefficients[place] = float(coefficient)
    level = coefficients[0] if is_ratio else 1.0
    return Season(tuple(each / level for each in coefficients[1:]), is_ratio)


def _solve(design: Numbers, parts: Numbers) -> tuple[Numbers, float]:
    """Coefficients, and the sum of squares that they leave."""
    found = np.linalg.lstsq(design, parts, rcond=None)[0]
    return found, float(((parts - design @ found) ** 2).sum())


def _terms(week: date) -> list[float]:
    angle = 2 * pi * (week.toordinal() % YEAR_DAYS) / YEAR_DAYS
    turns = [wave * angle for wave in range(1, WAVES + 1)]
    return [part(turn) for turn in turns for part in (cos, sin)]
