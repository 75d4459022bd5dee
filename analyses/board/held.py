"""A headline against its target: met, missed, or not to be told from it by the number's interval."""

from dataclasses import dataclass
from typing import Literal

from analyses.board.document import Cell
from analyses.board.facts import Facts
from analyses.weekly import TARGETS_OF_A_WEEK, choose_target

Verdict = Literal["met", "missed", "not distinguishable", ""]


@dataclass(frozen=True)
class Held:
    """target: its cell, of the quarter. weekly: the target of a week that it was made from."""

    target: Cell
    verdict: Verdict = ""
    weekly: float | None = None

    @property
    def tone(self) -> Literal["good", "bad", ""]:
        """Of the number, which a target judges."""
        return "good" if self.verdict == "met" else "bad" if self.verdict == "missed" else ""


def hold(facts: Facts, metric: str) -> Held:
    """A number without an interval is held as it is; one whose interval holds the target is neither.

    A target w of a week is 1 - (1 - w) ^ (days / 7) over the days of the quarter: the share that leaves if
    each of its weeks meets w.
    """
    unit, good = facts.metrics[metric].unit, facts.metrics[metric].good
    target = choose_target(facts.targets, metric, facts.quarter.start, {})
    if target is None:
        return Held(Cell(None, unit, reason="none set"))
    weekly = None
    if metric in TARGETS_OF_A_WEEK:
        weekly, days = target, (facts.quarter.end - facts.quarter.start).days
        target = 1 - (1 - target) ** (days / 7)
    value = facts.number(metric)
    if value is None:
        return Held(Cell(target, unit), "", weekly)
    bounds = [each.number for each in facts.bounds(metric)]
    low, high = (value if each is None else each for each in bounds or (value, value))
    verdict = _judge(good, target, low, high)
    return Held(Cell(target, unit, remark=verdict), verdict, weekly)


def _judge(good: str, target: float, low: float, high: float) -> Verdict:
    """By the whole interval; a value that is its target exactly meets it."""
    if good == "up":
        return "met" if low >= target else "missed" if high < target else "not distinguishable"
    return "met" if high <= target else "missed" if low > target else "not distinguishable"
