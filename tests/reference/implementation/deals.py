"""Deals of new business closed, created or won in a window: the other velocities and win rates."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.reference.implementation.curves import Deal, incidence, still_open
from tests.reference.implementation.tables import Record
from tests.reference.implementation.velocity import WINDOW_DAYS, amounts_of

WINDOW = dt.timedelta(days=WINDOW_DAYS)


@dataclass(frozen=True)
class Cohort:
    """Deals created long enough ago: how many, and how many of them were won."""

    won: int
    created: int


def new_business(opportunities: Sequence[Record]) -> list[Record]:
    """Deals of kind new or unknown."""
    return [row for row in opportunities if row["kind"] in ("new", None)]


def closed_in(opportunities: Sequence[Record], start: dt.date, end: dt.date) -> list[Record]:
    """Those closed in [start, end), won or lost."""
    return [
        row
        for row in new_business(opportunities)
        if row["is_closed"] is True
        and row["closed_on"] is not None
        and start <= row["closed_on"] < end
    ]


def created_in(opportunities: Sequence[Record], start: dt.date, end: dt.date) -> list[Record]:
    """Those created in [start, end)."""
    return [row for row in new_business(opportunities) if start <= row["created_on"] < end]


def lengths_of(deals: Sequence[Record]) -> list[int]:
    """Days from created to closed, at least 1, of those not closed before they were created."""
    days = [(row["closed_on"] - row["created_on"]).days for row in deals]
    return [max(1, length) for length in days if length >= 0]


def won_of(deals: Sequence[Record]) -> list[Record]:
    """Those that were won."""
    return [row for row in deals if row["is_won"] is True]


def velocity_of_closed(opportunities: Sequence[Record], boundary: dt.date) -> float | None:
    """V2: closed x mean won amount x win rate / mean cycle of the won; 0 where none was won."""
    closed = closed_in(opportunities, boundary - WINDOW, boundary)
    won = won_of(closed)
    if closed and not won:
        return 0.0
    amounts, lengths = amounts_of(won), lengths_of(won)
    if not amounts or not lengths:
        return None
    deal, cycle = Fraction(sum(amounts)) / len(amounts), Fraction(sum(lengths), len(lengths))
    return float(len(closed) * deal * Fraction(len(won), len(closed)) / cycle)


def mature_cohort(opportunities: Sequence[Record], boundary: dt.date) -> Cohort | None:
    """91 days of created deals that end as long ago as nine in ten of the won took to be won."""
    lengths = sorted(lengths_of(won_of(closed_in(opportunities, boundary - WINDOW, boundary))))
    if not lengths:
        return None
    enough = next(days for place, days in enumerate(lengths, 1) if 10 * place >= 9 * len(lengths))
    end = boundary - dt.timedelta(days=enough)
    cohort = created_in(opportunities, end - WINDOW, end)
    won = [row for row in won_of(cohort) if row["closed_on"] and row["closed_on"] < boundary]
    return Cohort(len(won), len(cohort))


def velocity_of_created(opportunities: Sequence[Record], boundary: dt.date) -> float | None:
    """V3: created a day x win rate of the mature cohort x mean won amount."""
    cohort = mature_cohort(opportunities, boundary)
    amounts = amounts_of(won_of(closed_in(opportunities, boundary - WINDOW, boundary)))
    if cohort is None or cohort.created == 0 or not amounts:
        return None
    created = len(created_in(opportunities, boundary - WINDOW, boundary))
    rate, deal = Fraction(cohort.won, cohort.created), Fraction(sum(amounts)) / len(amounts)
    return float(Fraction(created, WINDOW_DAYS) * rate * deal)


def outcomes_at(opportunities: Sequence[Record], boundary: dt.date) -> list[Deal]:
    """The deals created before the boundary as they stood just before it; a day at least each.

    One closed on an unknown day is in none, as it is not among the open ones either.
    """
    deals: list[Deal] = []
    for row in new_business(opportunities):
        if row["created_on"] >= boundary:
            continue
        is_closed, closed_on = row["is_closed"] is True, row["closed_on"]
        if is_closed and closed_on is None:
            continue
        if is_closed and closed_on < boundary:
            outcome, end = "won" if row["is_won"] is True else "lost", closed_on
        else:
            outcome, end = "open", boundary
        if end >= row["created_on"]:
            deals.append(Deal(max(1, (end - row["created_on"]).days), outcome))
    return deals


def won_within(deals: Sequence[Deal], days: int) -> float | None:
    """Aalen-Johansen; None beyond the longest time seen, unless all are decided by then."""
    longest = max((deal.days for deal in deals), default=0)
    if not deals or (longest < days and still_open(deals, longest) > 0):
        return None
    return float(incidence(deals, "won", days))
