"""MRR movements (the event method), spells of activity, and churn by the two ends of a period."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from tests.reference.implementation.terms import Term, first_paid_on, mrr_at

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Movement:
    """The change of a customer's MRR from before to after one day."""

    day: dt.date
    kind: str
    before: Decimal
    after: Decimal

    @property
    def size(self) -> Decimal:
        """The size of the change, never negative."""
        return abs(self.after - self.before)


class Ends(NamedTuple):
    """What became of one customer between the two ends of a period."""

    is_opening: bool
    is_closing: bool
    is_lost: bool
    is_new: bool
    is_reactivated: bool


def movements_of(terms: list[Term]) -> list[Movement]:
    """One movement for each day on which the customer's total MRR changed, in order."""
    days = {term.started_on for term in terms} | {t.ended_on for t in terms if t.ended_on}
    found: list[Movement] = []
    for day in sorted(days):
        before, after = mrr_at(terms, day), mrr_at(terms, day + ONE_DAY)
        if before == after:
            continue
        if before == 0:
            kind = "reactivation" if found else "new"
        elif after == 0:
            kind = "churned"
        else:
            kind = "expansion" if after > before else "contraction"
        found.append(Movement(day, kind, before, after))
    return found


def spells_of(terms: list[Term]) -> list[tuple[dt.date, dt.date | None]]:
    """The unbroken spells of activity [from, to); a running one has no end."""
    spells: list[tuple[dt.date, dt.date | None]] = []
    for movement in movements_of(terms):
        if movement.before == 0:
            spells.append((movement.day, None))
        if movement.after == 0:
            spells[-1] = (spells[-1][0], movement.day)
    return spells


def ends_of(terms: list[Term], start: dt.date, end: dt.date) -> Ends:
    """Opening, closing, lost, new and reactivated by the endpoint rule."""
    opening, closing = mrr_at(terms, start) > 0, mrr_at(terms, end) > 0
    first = first_paid_on(terms)
    appeared = closing and not opening
    is_new = appeared and first is not None and first >= start
    return Ends(opening, closing, opening and not closing, is_new, appeared and not is_new)


def moved_in(movements: list[Movement], kind: str, start: dt.date, end: dt.date) -> list[Movement]:
    """The movements of a kind within [start, end)."""
    return [item for item in movements if item.kind == kind and start <= item.day < end]
