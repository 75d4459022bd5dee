"""Moves between the published tiers of two Sundays."""

import datetime as dt

from tests.reference.implementation.evidence import Event
from tests.reference.implementation.tables import Settings
from tests.reference.implementation.tiers import RANK, TierWeek


def move_of(
    weeks: dict[dt.date, TierWeek],
    events: list[Event],
    opening_sunday: dt.date,
    closing_sunday: dt.date,
    settings: Settings,
) -> str | None:
    """up, down, expired, stay, left; None for a customer without a tier at the opening Sunday."""
    six_days = dt.timedelta(days=6)
    opening, closing = weeks.get(opening_sunday - six_days), weeks.get(closing_sunday - six_days)
    if opening is None:
        return None
    if closing is None:
        return "left"
    if opening.tier == closing.tier:
        return "stay"
    window = max(settings["expiry_window_days"], (closing_sunday - opening_sunday).days)
    days = [event.day for event in events] + [e.closed_on for e in events if e.closed_on]
    if not any(0 <= (closing_sunday - day).days < window for day in days):
        return "expired"
    return "up" if RANK[closing.tier] > RANK[opening.tier] else "down"
