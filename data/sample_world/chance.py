"""Draws that give the same bytes on every platform.

Only uniform numbers of PCG64 and the four operations are used: `log`, `exp` and the ziggurat of
a normal draw may differ in the last bit between platforms, and one bit can move a threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item")
Matrix = NDArray[np.float64]
# The sum of four uniform numbers has a standard deviation of 1 / sqrt(3).
BELL_SCALE = 1.7320508
POOL = 2048


class Dice:
    """One stream of draws, named by whole numbers (seed, chunk, topic)."""

    def __init__(self, *name: int) -> None:
        """Start the stream; streams of different names are independent."""
        self._generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(name)))
        self._pool: list[float] = []

    def uniform(self) -> float:
        """Return a number from 0 to 1, 1 excluded."""
        if not self._pool:
            self._pool = self._generator.random(POOL).tolist()
        return self._pool.pop()

    def chance(self, probability: float) -> bool:
        """Return whether something of this probability happens."""
        return self.uniform() < probability

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self.uniform() * (high - low + 1))

    def bell(self) -> float:
        """Return a bell-shaped number of mean 0 and standard deviation 1, never beyond 3.5."""
        total = self.uniform() + self.uniform() + self.uniform() + self.uniform()
        return (total - 2.0) * BELL_SCALE

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items, all equally likely."""
        return items[int(self.uniform() * len(items))]

    def weighted(self, items: Sequence[tuple[Item, float]]) -> Item:
        """Return one of the items by weight; the weights sum to 1."""
        draw = self.uniform()
        for item, weight in items:
            draw -= weight
            if draw < 0:
                return item
        return items[-1][0]

    def quantile(self, points: Sequence[int]) -> int:
        """Return a draw from a distribution given by its equally spaced quantiles."""
        place = self.uniform() * (len(points) - 1)
        step = int(place)
        return points[step] + int((place - step) * (points[step + 1] - points[step]))

    def matrix(self, rows: int, columns: int) -> Matrix:
        """Return uniform numbers, rows x columns."""
        return self._generator.random((rows, columns))

    def bells(self, rows: int, columns: int) -> Matrix:
        """Return bell-shaped numbers, rows x columns."""
        total = self.matrix(rows, columns) + self.matrix(rows, columns)
        total = total + self.matrix(rows, columns) + self.matrix(rows, columns)
        return (total - 2.0) * BELL_SCALE
