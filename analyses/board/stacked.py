"""A bridge as stacked columns: what stands beneath a movement is a series that is not drawn."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate
from math import floor, log10

from analyses.board.document import Cell, Series

# Movements below this share of the highest level are hardly seen on an axis from 0.
SMALL = 0.25
Step = tuple[str, Cell, Decimal]  # label, the cell as it is shown, the change that it makes


def stack(
    opening: tuple[str, Cell, Decimal], steps: Sequence[Step], closing: tuple[str, Cell, Decimal]
) -> tuple[tuple[str, ...], tuple[Series, ...]]:
    """The categories and series of a bridge from opening through the steps to closing.

    Series: a hidden base, the two totals, what came, what went. A movement is as high as its size and
    hangs between the levels before and after it; all levels must be 0 or more (see `rise_first`).
    """
    levels = [*accumulate((step[2] for step in steps), initial=opening[2])]
    unit = opening[1].unit
    count = len(steps) + 2

    def place(values: dict[int, Cell]) -> tuple[Cell, ...]:
        return tuple(values.get(at, Cell(None, unit)) for at in range(count))

    base = {at + 1: Cell(min(levels[at], levels[at + 1]), unit) for at in range(len(steps))}
    came = {at + 1: step[1] for at, step in enumerate(steps) if step[2] >= 0}
    went = {at + 1: step[1] for at, step in enumerate(steps) if step[2] < 0}
    series = (
        Series("beneath", place(base), "hidden"),
        Series("total", place({0: opening[1], count - 1: closing[1]}), "total"),
        Series("more", place(came), "good"),
        Series("less", place(went), "bad"),
    )
    return (opening[0], *(step[0] for step in steps), closing[0]), series


def rise_first(steps: Sequence[Step]) -> list[Step]:
    """What adds before what takes away: so no level is below 0 between two ends that are not."""
    return sorted(steps, key=lambda step: step[2] < 0)


def find_floor(opening: Decimal, changes: Sequence[Decimal]) -> float | None:
    """Where the axis of a bridge begins, so that its movements are seen; None where they are from 0.

    Below the lowest level by half of what all levels span, rounded down to the span's first digit.
    """
    levels = [float(each) for each in accumulate(changes, initial=opening)]
    lowest, highest = min(levels), max(levels)
    span = highest - lowest
    if span <= 0 or span > SMALL * highest:
        return None
    step = 10 ** floor(log10(span))
    begins = floor((lowest - span / 2) / step) * step
    return float(begins) if begins > 0 else None
