"""Conversations with customers (Task), and which campaigns reached them."""

from __future__ import annotations

import numpy as np

from data.sample_world.chance import Dice
from data.sample_world.chunk import Chunk, happenings
from data.sample_world.company import COMPETITORS, Staff
from data.sample_world.customers import Customer
from data.sample_world.layout import NULL_CURRENCY, NULL_LOOKUP
from data.sample_world.market import Prospects
from data.sample_world.writer import Export

KINDS = (
    (("Call", "phone"), 0.4),
    (("Meeting", "video"), 0.22),
    (("Meeting", "in_person"), 0.08),
    (("Email", "email"), 0.3),
)
THEMES = (
    ("usage", 0.28),
    ("product", 0.24),
    ("support", 0.18),
    ("renewal", 0.16),
    ("price", 0.14),
)
NOTES = {
    "usage": "Two teams use it daily; the third has not started.",
    "product": "Asked for an overview by site.",
    "support": "Waited for an answer last week.",
    "renewal": "Budget is planned for the next term.",
    "price": "Compares the price with last year.",
    "cancel_threat": "Says they will leave unless this changes.",
    "competitor": "Had a demonstration of another product.",
    "praise": "Happy with the last months.",
}
FOLLOW_UP_SHARE = 0.3


def write_tasks(dice: Dice, export: Export, chunk: Chunk, staff: Staff) -> None:
    """Write conversations; a bad mood brings more of them, and threats to cancel."""
    chance = 0.021 * np.clip(1.1 - 0.25 * chunk.moods, 0.5, 2.5)
    for place, week, day in happenings(dice, chance, chunk):
        mood = float(chunk.moods[place, week])
        _write_task(dice, export, chunk, chunk.customers[place], mood, day, staff)


def _theme(dice: Dice, mood: float) -> str:
    draw = dice.uniform()
    if draw < min(max(-0.04 - 0.08 * mood, 0.003), 0.2):
        return "cancel_threat"
    if draw > 0.93:
        return "competitor"
    if mood > 0.6 and draw > 0.7:
        return "praise"
    return dice.weighted(THEMES)


def _write_task(
    dice: Dice, export: Export, chunk: Chunk, who: Customer, mood: float, day: int, staff: Staff
) -> None:
    calendar = chunk.calendar
    kind, channel = dice.weighted(KINDS)
    theme = _theme(dice, mood)
    is_unlinked = dice.chance(0.03)
    due, done = None, None
    if theme == "cancel_threat" or dice.chance(FOLLOW_UP_SHARE):
        due = day + dice.between(3, 21)
        finished = due + dice.between(-3, 9)
        done = finished if finished <= calendar.as_of and dice.chance(0.8) else None
    stamp = calendar.working_hour(day, dice.uniform())
    changed = calendar.working_hour(done, 0.999) if done is not None and done > day else stamp
    inbound = "Inbound" if dice.chance(0.4) else "Outbound"
    table = export["Task"]
    table.add(
        (
            table.new_id(),
            NULL_LOOKUP if is_unlinked else dice.pick(who.contact_ids),
            NULL_LOOKUP if is_unlinked else who.account_id,
            f"{kind}: {theme}",
            calendar.midnight(day),
            "Completed",
            "High" if theme == "cancel_threat" else "Normal",
            dice.pick(staff.sales) if is_unlinked else who.owner_id,
            NOTES[theme],
            NULL_CURRENCY,
            kind,
            "0",
            "" if is_unlinked else who.account_id,
            "1",
            stamp,
            changed,
            changed,
            inbound if kind == "Call" else "",
            theme,
            dice.pick(COMPETITORS) if theme == "competitor" else "",
            channel,
            calendar.midnight(due),
            calendar.midnight(done),
        )
    )


def write_campaign_touches(dice: Dice, chunk: Chunk, prospects: Prospects) -> None:
    """Write that campaigns reached contacts of customers."""
    chance = np.full(chunk.moods.shape, 0.008)
    for place, _, day in happenings(dice, chance, chunk):
        who = chunk.customers[place]
        prospects.write_touch(NULL_LOOKUP, dice.pick(who.contact_ids), day)
