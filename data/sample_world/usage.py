"""Usage by customer and week, the one file whose size is customers times weeks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.sample_world.calendar import Calendar
from data.sample_world.chance import Dice
from data.sample_world.chunk import Chunk
from data.sample_world.writer import Export, record_id

Counts = NDArray[np.int64]
USERS = {"small business": (3, 14), "mid-market": (8, 50), "enterprise": (25, 200)}
USES_PER_USER = 24
MOOD_WEIGHT = 0.2
HOLIDAY_FACTOR = 0.82
FREE_FACTOR = 0.06


def write_usage(dice: Dice, export: Export, chunk: Chunk, places: list[int]) -> None:
    """Write every week of the customers at these places.

    A company has a free workspace before it pays and after it left, hardly used.
    """
    calendar, table = chunk.calendar, export["Usage__c"]
    uses, people = _measure(dice, chunk)
    # The prefix has no capital, so the checksum at the end is the same for all ids of the file.
    sample_id = record_id(table.prefix, 0)
    head, tail = sample_id[:5], sample_id[-3:]
    # The nightly job enters a week on the Monday after it.
    entries = [f'{calendar.text(7 * week + 7)} 02:05:00","' for week in range(calendar.weeks)]
    starts = [f'","{calendar.midnight(7 * week)}","' for week in range(calendar.weeks)]
    for place in places:
        who = chunk.customers[place]
        number = (chunk.first_index + place) * calendar.weeks + 1
        middle = f'{tail}","0","U-'
        currency = f'","{who.currency}","'
        # Weeks before the account was made were entered together in the night after it.
        earlier = min((who.created_day + 1) // 7, calendar.weeks)
        together = f'{calendar.text(who.created_day + 1)} 02:05:00","'
        stamps = [together] * earlier + entries[earlier:]
        lines = [
            f'"{head}{number + week:010d}{middle}{number + week}{currency}{stamps[week]}'
            f'{who.account_id}{starts[week]}{use}","{active}"\n'
            for week, (use, active) in enumerate(
                zip(uses[place].tolist(), people[place].tolist(), strict=True)
            )
        ]
        table.add_lines(lines, len(lines))


def _measure(dice: Dice, chunk: Chunk) -> tuple[Counts, Counts]:
    """Return uses and active users, customers x weeks."""
    level = np.clip(1.0 + MOOD_WEIGHT * chunk.moods, 0.2, 1.7)
    noise = 0.92 + 0.16 * dice.matrix(*chunk.moods.shape)
    holiday = np.where(_is_holiday(chunk.calendar), HOLIDAY_FACTOR, 1.0)[None, :]
    paid = np.where(chunk.is_active, 1.0, FREE_FACTOR)
    sizes = [dice.between(*USERS[who.segment]) for who in chunk.customers]
    users = np.array(sizes, dtype=np.float64)[:, None]
    busy = users * np.clip(level, 0.2, 1.2) * holiday * paid
    uses = users * USES_PER_USER * level * noise * holiday * paid
    return uses.astype(np.int64), np.maximum(busy.astype(np.int64), 1)


def _is_holiday(calendar: Calendar) -> list[bool]:
    """Return which weeks hold the days between the years."""
    return [
        any(calendar.text(7 * week + day)[5:] in ("12-26", "12-31") for day in range(7))
        for week in range(calendar.weeks)
    ]
