"""How long customers stay: their spells as seen at a boundary, from when the records began."""

import datetime as dt
from collections.abc import Iterable, Sequence

from tests.reference.implementation.curves import Spell, at_risk, restricted_mean, survival

Running = tuple[dt.date, dt.date | None]


def history_begins(
    created_on: Iterable[dt.date | None], spells: Sequence[Running]
) -> dt.date | None:
    """The first customer's creation; the first start of those lost by then, which is earlier."""
    first = min((day for day in created_on if day is not None), default=None)
    if first is None:
        return None
    lost = [began for began, ended in spells if ended is not None and ended <= first]
    return min([first, *lost])


def seen_at(spells: Sequence[Running], boundary: dt.date, begins: dt.date | None) -> list[Spell]:
    """Days of tenure over which each spell was watched; one over before the records is not in."""
    seen: list[Spell] = []
    for began, ended in spells:
        if began >= boundary:
            continue
        has_ended = ended is not None and ended < boundary
        last = ended if ended is not None and has_ended else boundary
        entered = max(0, (begins - began).days) if begins else 0
        if (last - began).days > entered:
            seen.append(Spell(entered, (last - began).days, has_ended))
    return seen


def still_there(spells: Sequence[Spell], weeks: int) -> float | None:
    """S after so many weeks; None where nobody was watched for so long."""
    if at_risk(spells, 7 * weeks) == 0:
        return None
    return float(survival(spells, 7 * weeks))


def mean_within(spells: Sequence[Spell], weeks: int) -> float | None:
    """Weeks of the first so many that a customer stays; None without spells."""
    return restricted_mean(spells, 7 * weeks) / 7 if spells else None
