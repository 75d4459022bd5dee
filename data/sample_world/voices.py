"""What customers say: cases, survey answers, needs."""

from __future__ import annotations

import numpy as np

from data.sample_world.chance import Dice
from data.sample_world.chunk import (
    Chunk,
    entered,
    happenings,
    merged_or_own,
    price_weeks,
)
from data.sample_world.company import Staff, quarter_label
from data.sample_world.customers import Customer
from data.sample_world.layout import NULL_LOOKUP
from data.sample_world.writer import Export

SURVEY_WEEKS = 26
UNLINKED_CASES = 0.03
NEVER_CLOSED = 0.006
SUBJECTS = {
    "Question": ("How to export a list", "Access for a colleague", "Invoice copy", "Field meaning"),
    "Incident": ("Sync stopped", "Slow since the update", "Login fails", "Wrong totals in a list"),
    "Complaint": (
        "Price increase",
        "No answer for days",
        "Promised feature missing",
        "Outage again",
    ),
}
PRAISE = ("Works as promised.", "Quick answers, thank you.", "Our team likes it.")
BLAME = (
    "Too expensive for what it does.",
    'Support takes days; "soon" is no date.',
    "Still waiting, since März.",
    "The update broke our lists, again",
)
STAGES = ("onboarding", "adoption", "support", "renewal")
NEEDS = (
    ("onboarding", "a named contact", "Customer Success"),
    ("onboarding", "data moved without loss", "IT"),
    ("adoption", "training in our language", "Customer Success"),
    ("adoption", "reports that finance accepts", "Product"),
    ("support", "an answer within a day", "Support"),
    ("support", "one owner for a problem", "Support"),
    ("renewal", "a price we can plan with", "Sales"),
    ("renewal", "a view of what we got", "Marketing"),
)


def survey_weeks(chunk: Chunk, place: int) -> range:
    """Return the weeks in which a customer is asked, twice a year."""
    first_week = (chunk.first_index + place) % SURVEY_WEEKS
    return range(first_week, chunk.calendar.weeks, SURVEY_WEEKS)


class Voices:
    """Writes what the customers of a chunk say."""

    def __init__(self, dice: Dice, export: Export, chunk: Chunk, staff: Staff) -> None:
        """Keep where to write."""
        self.dice = dice
        self.export = export
        self.chunk = chunk
        self.calendar = chunk.calendar
        self.staff = staff

    def write_cases(self) -> None:
        """Write cases; unhappy customers open more, and more of theirs are complaints."""
        moods = self.chunk.moods
        chance = 0.019 * np.clip(1.2 - 0.7 * moods, 0.35, 4.0)
        weeks = price_weeks(self.calendar)
        chance[:, weeks] = chance[:, weeks] * 1.3
        for place, week, day in happenings(self.dice, chance, self.chunk):
            who = self.chunk.customers[place]
            mood = float(moods[place, week])
            in_price_weeks = weeks.start <= week < weeks.stop
            self._write_case(who, mood, day, in_price_weeks)

    def _write_case(self, who: Customer, mood: float, day: int, in_price_weeks: bool) -> None:
        dice, calendar = self.dice, self.calendar
        kind = self._kind_of_case(mood, in_price_weeks)
        is_complaint = kind == "Complaint"
        is_escalated = kind != "Question" and dice.chance(0.15 if is_complaint else 0.055)
        days = dice.between(2, 30) if is_complaint or is_escalated else dice.between(0, 9)
        closed = day + days
        is_closed = closed <= calendar.as_of and not dice.chance(NEVER_CLOSED)
        is_unlinked = dice.chance(UNLINKED_CASES)
        opened = calendar.working_hour(day, dice.uniform() / 2)
        ended = calendar.working_hour(closed, 0.5 + dice.uniform() / 2) if is_closed else ""
        score = ""
        if is_closed and dice.chance(0.38):
            score = str(self._stars(mood + 0.3))
        table = self.export["Case"]
        table.add(
            (
                table.new_id(),
                "0",
                f"{table.last_number():08d}",
                NULL_LOOKUP if is_unlinked else dice.pick(who.contact_ids),
                NULL_LOOKUP if is_unlinked else merged_or_own(dice, who),
                kind,
                "Closed" if is_closed else "Escalated" if is_escalated else "Working",
                "Web" if is_unlinked else dice.pick(("Email", "Phone", "Web")),
                dice.pick(SUBJECTS[kind]),
                "High" if is_escalated else dice.pick(("Low", "Medium", "Medium", "High")),
                "1" if is_closed else "0",
                ended,
                "1" if is_escalated else "0",
                who.currency,
                dice.pick(self.staff.support),
                opened,
                ended or opened,
                ended or opened,
                "1" if is_complaint else "0",
                score,
            )
        )
        if is_closed and not is_unlinked:
            self._ask_after_case(who, mood, closed)

    def _kind_of_case(self, mood: float, in_price_weeks: bool) -> str:
        complaint = min(max(0.058 - 0.10 * mood, 0.012), 0.4) + (0.08 if in_price_weeks else 0.0)
        draw = self.dice.uniform()
        if draw < complaint:
            return "Complaint"
        return "Incident" if draw < complaint + 0.4 else "Question"

    def _ask_after_case(self, who: Customer, mood: float, closed: int) -> None:
        dice = self.dice
        day = closed + dice.between(0, 4)
        if day > self.calendar.as_of:
            return
        if dice.chance(0.12):
            self._answer(who, day, "csat", self._stars(mood + 0.3), 2, "support")
        elif dice.chance(0.07):
            ease = min(max(int(5.6 + 0.9 * mood + dice.bell()), 1), 7)
            self._answer(who, day, "ces", ease, 3, "support")

    def _stars(self, mood: float) -> int:
        return min(max(int(4.3 + 0.75 * mood + 0.75 * self.dice.bell()), 1), 5)

    def write_relationship_survey(self) -> None:
        """Write NPS answers: each customer is asked twice a year, and most do not answer."""
        dice, chunk = self.dice, self.chunk
        for place, who in enumerate(chunk.customers):
            for week in survey_weeks(chunk, place):
                mood = float(chunk.moods[place, week])
                day = week * 7 + dice.between(0, 6) + dice.between(0, 10)
                share = who.answers_share * (1.0 + 0.2 * abs(mood))
                if not dice.chance(share) or not chunk.is_active[place, week]:
                    continue
                ahead = min((day // 7) + 1, self.calendar.weeks - 1)
                if day > self.calendar.as_of or not chunk.is_active[place, ahead]:
                    continue
                score = min(max(int(8.3 + 1.6 * mood + 1.1 * dice.bell()), 0), 10)
                self._answer(who, day, "nps", score, 6, dice.pick(STAGES))

    def _answer(
        self, who: Customer, day: int, instrument: str, score: int, low: int, stage: str
    ) -> None:
        dice = self.dice
        is_low = score <= low
        comment, is_complaint = "", "0"
        if dice.chance(0.3):
            comment = dice.pick(BLAME if is_low else PRAISE).replace('"', '""')
            is_complaint = "1" if is_low and dice.chance(0.5) else "0"
        table = self.export["Survey_Response__c"]
        table.add(
            (
                table.new_id(),
                "0",
                f"SUR-{table.last_number():07d}",
                who.currency,
                entered(dice, self.calendar, day),
                merged_or_own(dice, who),
                self.calendar.midnight(day),
                instrument,
                str(score),
                comment,
                is_complaint,
                stage,
                quarter_label(self.calendar.date(day)),
            )
        )

    def write_needs(self) -> None:
        """Write what customers need at a stage of their journey, and whether they get it."""
        dice, table = self.dice, self.export["Need__c"]
        chance = np.full(self.chunk.moods.shape, 0.007)
        for place, week, day in happenings(dice, chance, self.chunk):
            stage, need, function = dice.pick(NEEDS)
            mood = float(self.chunk.moods[place, week])
            who = self.chunk.customers[place]
            table.add(
                (
                    table.new_id(),
                    "0",
                    f"NEED-{table.last_number():07d}",
                    who.currency,
                    entered(dice, self.calendar, day),
                    who.account_id,
                    self.calendar.midnight(day),
                    stage,
                    need,
                    "1" if dice.chance(min(max(0.62 + 0.2 * mood, 0.08), 0.96)) else "0",
                    str(dice.between(2, 5)),
                    function,
                )
            )
