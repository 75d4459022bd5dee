"""Usage by customer and week, the one file whose size is customers times weeks."""

from __future__ import annotations

import numpy as np

from data.sample_world.calendar import Calendar
from data.sample_world.chance import Dice
from data.sample_world.chunk import Chunk
from data.sample_world.writer import Export, record_id

USERS = {"small business": (3, 14), "mid-market": (8, 50), "enterprise": (25, 200)}
USES_PER_USER = 24
MOOD_WEIGHT = 0.2
HOLIDAY_FACTOR = 0.82


def write_usage(dice: Dice, export: Export, chunk: Chunk, places: list[int]) -> None:
    """Write the weeks of the customers at these places; the nightly job enters them on Monday."""
    calendar, table = chunk.calendar, export["Usage__c"]
    shape = chunk.moods.shape
    level = np.clip(1.0 + MOOD_WEIGHT * chunk.moods, 0.2, 1.7)
    noise = 0.92 + 0.16 * dice.matrix(*shape)
    holiday = np.where(_is_holiday(calendar), HOLIDAY_FACTOR, 1.0)[None, :]
    sizes = [dice.between(*USERS[who.segment]) for who in chunk.customers]
    users = np.array(sizes, dtype=np.float64)[:, None]
    active_users = np.maximum((users * np.clip(level, 0.2, 1.2) * holiday).astype(np.int64), 1)
    uses = (users * USES_PER_USER * level * noise * holiday).astype(np.int64)
    # The prefix has no capital, so the checksum at the end is the same for all ids of the file.
    sample_id = record_id(table.prefix, 0)
    head, tail = sample_id[:5], sample_id[-3:]
    stamps = [f'{calendar.text(7 * week + 7)} 02:05:00","' for week in range(calendar.weeks)]
    starts = [f'","{calendar.midnight(7 * week)}","' for week in range(calendar.weeks)]
    for place in places:
        who = chunk.customers[place]
        weeks = np.flatnonzero(chunk.is_active[place])
        number = (chunk.first_index + place) * calendar.weeks + 1
        middle = f'{tail}","0","U-'
        currency = f'","{who.currency}","'
        lines = [
            f'"{head}{number + week:010d}{middle}{number + week}{currency}{stamps[week]}'
            f'{who.account_id}{starts[week]}{use}","{people}"\n'
            for week, use, people in zip(
                weeks.tolist(),
                uses[place, weeks].tolist(),
                active_users[place, weeks].tolist(),
                strict=True,
            )
        ]
        table.add_lines(lines, len(lines))


def _is_holiday(calendar: Calendar) -> list[bool]:
    """Return which weeks hold the days between the years."""
    return [
        any(calendar.text(7 * week + day)[5:] in ("12-26", "12-31") for day in range(7))
        for week in range(calendar.weeks)
    ]
