"""How wrong a budget case can be: one assumption at a time, and all at once by 10,000 draws (metrics.md 8.1).

Every assumption is drawn by itself, from the triangle over its low, base and high: nothing here knows that
two of them go together, so a tornado and a distribution both leave that out. Draws are seeded by a
constant: the same case has the same distribution.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analyses.budget.case import Assumption, Case, Range
from analyses.budget.model import check_case, compute_outcome

Array = NDArray[np.float64]

DRAWS = 10_000
SEED = 7
IN_ORDER = ("cost", "effect", "margin", "persistence")
DIGITS = 6  # of money: bars as long as each other to these are told apart by name


@dataclass(frozen=True)
class Bar:
    """The NPV at the low and at the high end of one assumption, all others at their base.

    name: the assumption, with the programme's name before it where a case has several.
    """

    name: str
    key: str | None
    part: str
    assumption: Assumption
    at_low: float
    at_high: float

    @property
    def width(self) -> float:
        """How much hangs on it; 0 for an assumption that is not a range."""
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True)
class Distribution:
    """NPV of all draws, ascending; low and high hold nine of ten draws, and loss_share how many in all
    are below 0, as a share."""

    npvs: Array
    low: float
    median: float
    high: float
    mean: float
    loss_share: float


def list_bars(case: Case) -> tuple[Bar, ...]:
    """The tornado, the longest bar first, bars of one length by name."""
    check_case(case)
    bars = (
        Bar(name, key, part, found, *(_value_at(case, key, part, end) for end in _list_ends(found)))
        for name, key, part, found in list_assumptions(case)
    )
    return tuple(sorted(bars, key=lambda bar: (-round(bar.width, DIGITS), bar.name)))


def list_assumptions(case: Case) -> Iterator[tuple[str, str | None, str, Assumption]]:
    """Name, key of the programme (None: of the case), part and range of all that is assumed, in order."""
    for each in case.programmes:
        for part in IN_ORDER:
            name = part if len(case.programmes) == 1 else f"{each.name}: {part}"
            yield name, each.key, part, getattr(each, part)
    yield "discount", None, "discount", case.discount


def draw_npvs(case: Case) -> Distribution:
    """10,000 NPVs, every assumption drawn from its triangle; a customer's discount is one for all lines."""
    check_case(case)
    generator = np.random.default_rng(SEED)
    found = [assumption.range for *_, assumption in list_assumptions(case)]
    drawn = [_draw(each, generator.random(DRAWS)) for each in found]
    npvs = np.zeros(DRAWS)
    discount = drawn[-1]
    for number, each in enumerate(case.programmes):
        start = number * len(IN_ORDER)
        cost, effect, margin, persistence = drawn[start : start + len(IN_ORDER)]
        worth = sum(
            margin * persistence ** (year - 1) / (1 + discount) ** year
            for year in range(1, case.years + 1)
        )
        npvs += each.counted * effect * worth - cost
    npvs.sort()
    low, median, high = (float(value) for value in np.quantile(npvs, (0.05, 0.5, 0.95)))
    return Distribution(npvs, low, median, high, float(npvs.mean()), float((npvs < 0).mean()))


def _draw(found: Range, uniform: Array) -> Array:
    """The triangle's quantiles: density 0 at low and high, greatest at base. Three equal ends draw one value."""
    width, left, right = found.high - found.low, found.base - found.low, found.high - found.base
    below = found.low + np.sqrt(uniform * width * left)
    above = found.high - np.sqrt((1 - uniform) * width * right)
    return np.where(uniform * width < left, below, above)


def _list_ends(found: Assumption) -> tuple[float, float]:
    return found.range.low, found.range.high


def _value_at(case: Case, key: str | None, part: str, value: float) -> float:
    """The NPV with one assumption at this value."""

    def fix(found: Assumption) -> Assumption:
        return replace(found, range=Range(value, value, value))

    if key is None:
        return compute_outcome(replace(case, discount=fix(case.discount))).npv
    programmes = tuple(
        replace(each, **{part: fix(getattr(each, part))}) if each.key == key else each
        for each in case.programmes
    )
    return compute_outcome(replace(case, programmes=programmes)).npv
