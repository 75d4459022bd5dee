"""What customers do for us, asked and unasked, and the programme that asks them."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from data.sample_world.calendar import PROGRAMME_CLOSED, PROGRAMME_FROM
from data.sample_world.chance import Dice, Matrix
from data.sample_world.chunk import Chunk, Mask, entered, happenings
from data.sample_world.customers import Customer
from data.sample_world.layout import NULL_LOOKUP
from data.sample_world.writer import Export

PROGRAMME = "Customer voices"
INVITED_SHARE = 0.8
ENDED_SHARE = 0.06
SOLICITED = ("testimonial", "case_study", "speaking", "advisory_board", "review")
UNSOLICITED = (("referral", 0.4), ("introduction", 0.2), ("social", 0.2), ("review", 0.2))
# The share of acts that speak for a deal which is lost in the end, or still open; without them every deal that a
# customer helped with would have been won.
NOT_WON_SHARE = 0.45
# How much likelier each becomes for customers who were treated.
ASKS_TREATED, SOLICITED_TREATED, UNSOLICITED_TREATED = 5.0, 3.0, 2.6


class Advocacy:
    """Writes the acts, asks and programme members of a chunk."""

    def __init__(
        self,
        dice: Dice,
        export: Export,
        chunk: Chunk,
        deals: list[tuple[int, str, str]],
        others: list[tuple[int, str, str]],
        link_dice: Dice,
    ) -> None:
        """Keep the new deals (day of close, id, account id), which references can help, and the
        others, which were lost or are open."""
        self.dice = dice
        self.link_dice = link_dice
        self.export = export
        self.chunk = chunk
        self.calendar = chunk.calendar
        self.deals = sorted(deals)
        self.others = sorted(others)

    def write(self) -> None:
        """Write the programme, then what it and the mood bring about."""
        treated_from = self._write_members()
        weeks = np.arange(self.calendar.weeks)[None, :]
        is_treated = weeks >= treated_from[:, None]
        moods = self.chunk.moods
        glad = np.clip(moods, 0.0, 3.0)
        self._write_asks(0.0020 * np.clip(moods + 0.2, 0.0, 2.0), is_treated)
        self._write_solicited(0.0009 * glad, is_treated)
        self._write_unsolicited(0.0068 * np.clip(moods - 0.4, 0.0, 3.0), is_treated)
        self._write_public_blame(0.0014 * np.clip(-0.6 - moods, 0.0, 3.0))

    def _write_members(self) -> Matrix:
        """Write who was invited, half held out by lot; return the week each treatment began."""
        dice, chunk, calendar = self.dice, self.chunk, self.calendar
        table = self.export["Programme_Member__c"]
        never = float(calendar.weeks)
        treated_from = np.full(len(chunk.customers), never)
        first, last = calendar.day(PROGRAMME_FROM), calendar.day(PROGRAMME_CLOSED) - 3
        for place, who in enumerate(chunk.customers):
            day = dice.between(first, last)
            is_invited, is_treated = dice.chance(INVITED_SHARE), dice.chance(0.5)
            leaves = dice.chance(ENDED_SHARE)
            week = day // 7
            if day < 0 or not is_invited or not chunk.is_active[place, week]:
                continue
            if chunk.moods[place, week] < 0.4 or who.is_staff:
                continue
            ended = day + dice.between(60, 240) if leaves else None
            if is_treated:
                treated_from[place] = week + 1
            table.add(
                (
                    table.new_id(),
                    "0",
                    f"PM-{table.last_number():06d}",
                    who.currency,
                    entered(dice, calendar, day),
                    PROGRAMME,
                    who.account_id,
                    calendar.midnight(day),
                    "treated" if is_treated else "holdout",
                    calendar.midnight(ended),
                )
            )
        return treated_from

    def _write_asks(self, chance: Matrix, is_treated: Mask) -> None:
        dice, calendar = self.dice, self.calendar
        table = self.export["Reference_Ask__c"]
        lifted = np.where(is_treated, ASKS_TREATED, 1.0) * chance
        for place, week, day in happenings(dice, lifted, self.chunk):
            who = self.chunk.customers[place]
            glad = min(max(0.4 + 0.2 * float(self.chunk.moods[place, week]), 0.1), 0.85)
            deal_id, for_account = self._deal_after(day, who)
            is_given = dice.chance(glad)
            outcome = "accepted" if is_given else dice.pick(("declined", "none"))
            table.add(
                (
                    table.new_id(),
                    "0",
                    f"ASK-{table.last_number():06d}",
                    who.currency,
                    entered(dice, calendar, day),
                    who.account_id,
                    calendar.midnight(day),
                    dice.pick(who.contact_ids),
                    for_account,
                    deal_id,
                    outcome,
                )
            )
            given = day + dice.between(1, 6)
            if is_given and given <= calendar.as_of and self._is_customer(place, given):
                self._act(who, given, "reference", True, "", deal_id, "")

    def _deal_after(self, day: int, who: Customer) -> tuple[str, str]:
        """Return a deal of another company that closes soon after a day, or null lookups."""
        place = bisect_left(self.deals, (day + 8, "", ""))
        if place == len(self.deals) or self.dice.chance(0.25):
            return NULL_LOOKUP, NULL_LOOKUP
        close, deal_id, account_id = self.deals[place]
        if close > day + 90 or account_id == who.account_id:
            return NULL_LOOKUP, NULL_LOOKUP
        place = bisect_left(self.others, (day + 8, "", ""))
        if place < len(self.others) and self.link_dice.chance(NOT_WON_SHARE):
            _, deal_id, account_id = self.others[place]
        return deal_id, account_id

    def _is_customer(self, place: int, day: int) -> bool:
        return bool(self.chunk.is_active[place, min(day // 7, self.calendar.weeks - 1)])

    def _write_solicited(self, chance: Matrix, is_treated: Mask) -> None:
        dice = self.dice
        lifted = np.where(is_treated, SOLICITED_TREATED, 1.0) * chance
        for place, _, day in happenings(dice, lifted, self.chunk):
            kind = dice.pick(SOLICITED)
            rating = str(dice.between(3, 5)) if kind == "review" else ""
            self._act(self.chunk.customers[place], day, kind, True, rating, NULL_LOOKUP, "")

    def _write_unsolicited(self, chance: Matrix, is_treated: Mask) -> None:
        dice = self.dice
        lifted = np.where(is_treated, UNSOLICITED_TREATED, 1.0) * chance
        for place, week, day in happenings(dice, lifted, self.chunk):
            who = self.chunk.customers[place]
            kind = dice.weighted(UNSOLICITED)
            rating = str(dice.between(4, 5)) if kind in ("review", "social") else ""
            has_reward = kind == "referral" and is_treated[place, week] and dice.chance(0.5)
            deal_id = NULL_LOOKUP
            if kind in ("referral", "introduction"):
                deal_id, _ = self._deal_after(day, who)
            self._act(who, day, kind, False, rating, deal_id, "VOICES26" if has_reward else "")

    def _write_public_blame(self, chance: Matrix) -> None:
        dice = self.dice
        for place, _, day in happenings(dice, chance, self.chunk):
            kind = dice.pick(("review", "social"))
            who = self.chunk.customers[place]
            self._act(who, day, kind, False, str(dice.between(1, 2)), NULL_LOOKUP, "")

    def _act(
        self,
        who: Customer,
        day: int,
        kind: str,
        is_solicited: bool,
        rating: str,
        deal_id: str,
        reward: str,
    ) -> None:
        table = self.export["Advocacy_Activity__c"]
        table.add(
            (
                table.new_id(),
                "0",
                f"ADV-{table.last_number():06d}",
                who.currency,
                entered(self.dice, self.calendar, day),
                who.account_id,
                self.calendar.midnight(day),
                kind,
                "1" if is_solicited else "0",
                rating,
                deal_id,
                reward,
            )
        )
