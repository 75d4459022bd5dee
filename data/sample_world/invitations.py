"""Invitations to the relationship survey, kept since the programme began."""

from __future__ import annotations

from data.sample_world.calendar import PROGRAMME_FROM
from data.sample_world.chance import Dice
from data.sample_world.chunk import Chunk, merged_or_own
from data.sample_world.company import quarter_label
from data.sample_world.voices import survey_weeks
from data.sample_world.writer import Export


def write_invitations(dice: Dice, export: Export, chunk: Chunk) -> None:
    """Write that each customer of a survey's week was asked on its Monday, before any answer to it."""
    calendar, table = chunk.calendar, export["Survey_Invitation__c"]
    begins = calendar.day(PROGRAMME_FROM)
    for place, who in enumerate(chunk.customers):
        for week in survey_weeks(chunk, place):
            day = week * 7
            if day < begins or not chunk.is_active[place, week]:
                continue
            table.add(
                (
                    table.new_id(),
                    "0",
                    f"INV-{table.last_number():07d}",
                    who.currency,
                    calendar.working_hour(day, dice.uniform() / 4),
                    merged_or_own(dice, who),
                    calendar.midnight(day),
                    "nps",
                    quarter_label(calendar.date(day)),
                )
            )
