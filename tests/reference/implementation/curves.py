"""Kaplan-Meier with late entries, and Aalen-Johansen, person by person from their definitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import exp, log, sqrt

from tests.reference.implementation.intervals import Z


@dataclass(frozen=True)
class Spell:
    """Watched in (entered, left]; whether it ended there or was cut off."""

    entered: float
    left: float
    has_ended: bool


def ending_times(spells: Sequence[Spell]) -> list[float]:
    """The tenures at which a spell ended."""
    return sorted({spell.left for spell in spells if spell.has_ended})


def at_risk(spells: Sequence[Spell], time: float) -> int:
    """How many were watched just before a tenure; those cut off at it still are."""
    return sum(1 for spell in spells if spell.entered < time <= spell.left)


def ended_at(spells: Sequence[Spell], time: float) -> int:
    """How many ended at a tenure."""
    return sum(1 for spell in spells if spell.has_ended and spell.left == time)


def survival(spells: Sequence[Spell], time: float) -> Fraction:
    """S(t): the product over endings up to t of 1 - d / n."""
    share = Fraction(1)
    for at in ending_times(spells):
        if at <= time:
            share *= 1 - Fraction(ended_at(spells, at), at_risk(spells, at))
    return share


def greenwood(spells: Sequence[Spell], time: float) -> float | None:
    """The sum of d / (n (n - d)) over endings up to t; None once everybody at risk has ended."""
    total = Fraction(0)
    for at in ending_times(spells):
        if at <= time:
            number, ended = at_risk(spells, at), ended_at(spells, at)
            if number == ended:
                return None
            total += Fraction(ended, number * (number - ended))
    return float(total)


def band(spells: Sequence[Spell], time: float) -> tuple[float, float] | None:
    """95 % by log(-log S); None while S is 1 and once it is 0."""
    share, spread = float(survival(spells, time)), greenwood(spells, time)
    if share in (0.0, 1.0) or spread is None:
        return None
    width = exp(Z * sqrt(spread) / abs(log(share)))
    return share**width, share ** (1 / width)


def restricted_mean(spells: Sequence[Spell], until: float) -> float:
    """The area under S from 0 to `until`."""
    times = [time for time in ending_times(spells) if time < until]
    edges = [0.0, *times, until]
    return sum(
        (after - before) * float(survival(spells, before)) for before, after in pairwise(edges)
    )


def median(spells: Sequence[Spell]) -> float | None:
    """The first tenure at which S is at most one half."""
    return next(
        (time for time in ending_times(spells) if survival(spells, time) <= Fraction(1, 2)), None
    )


@dataclass(frozen=True)
class Deal:
    """Days from created to the outcome, or to the day up to which it was seen open."""

    days: float
    outcome: str  # won, lost or open


def incidence(deals: Sequence[Deal], outcome: str, time: float) -> Fraction:
    """Aalen-Johansen: the sum over times up to t of S just before x endings this way / at risk."""
    total, free = Fraction(0), Fraction(1)
    for at in sorted({deal.days for deal in deals if deal.outcome != "open"}):
        if at > time:
            break
        number = sum(1 for deal in deals if deal.days >= at)
        now = [deal.outcome for deal in deals if deal.days == at and deal.outcome != "open"]
        total += free * Fraction(now.count(outcome), number)
        free *= 1 - Fraction(len(now), number)
    return total


def still_open(deals: Sequence[Deal], time: float) -> Fraction:
    """The share with neither outcome by t: Kaplan-Meier with either outcome as the ending."""
    return survival([Spell(-1, deal.days, deal.outcome != "open") for deal in deals], time)


def incidence_error(deals: Sequence[Deal], outcome: str, time: float) -> float | None:
    """Standard error of the incidence by the delta method (Marubini and Valsecchi 1995, 10.4).

    Over days t_i up to t with n at risk, d ended and w of them this way, F the incidence and S the
    share open before the day: (F(t) - F(t_i))^2 d / (n (n - d)) + S^2 w (n - w) / n^3
    - 2 (F(t) - F(t_i)) S w / n^2. None where the first term has nobody left to divide by.
    """
    reached, total = incidence(deals, outcome, time), Fraction(0)
    for at in sorted({deal.days for deal in deals if deal.outcome != "open"}):
        if at > time:
            break
        number = sum(1 for deal in deals if deal.days >= at)
        ended = [deal.outcome for deal in deals if deal.days == at and deal.outcome != "open"]
        this_way, gap = ended.count(outcome), reached - incidence(deals, outcome, at)
        free = still_open(deals, at - 1e-9)
        if gap and number == len(ended):
            return None
        if gap:
            total += gap**2 * Fraction(len(ended), number * (number - len(ended)))
        total += free**2 * Fraction(this_way * (number - this_way), number**3)
        total -= 2 * gap * free * Fraction(this_way, number**2)
    return sqrt(max(total, 0))
