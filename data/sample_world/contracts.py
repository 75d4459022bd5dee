"""Writes Subscription__c and the late payments and credits of Billing_Event__c."""

from __future__ import annotations

import numpy as np

from data.sample_world.calendar import Calendar
from data.sample_world.chance import Dice
from data.sample_world.chunk import Chunk, entered, happenings, merged_or_own
from data.sample_world.customers import Customer
from data.sample_world.deals import money
from data.sample_world.lives import Life
from data.sample_world.writer import Export


def write_terms(dice: Dice, calendar: Calendar, export: Export, who: Customer, life: Life) -> None:
    """Write a row for each term; a merged-away account keeps the second product line."""
    table = export["Subscription__c"]
    for term in life.terms:
        is_second_line = term.line % 2 == 1
        table.add(
            (
                table.new_id(),
                "0",
                f"SUB-{table.last_number():07d}",
                who.currency,
                entered(dice, calendar, term.start),
                who.merged_id if who.merged_id and is_second_line else who.account_id,
                calendar.midnight(term.start),
                calendar.midnight(term.end),
                money(term.mrr),
                "1" if term.is_trial else "0",
                "" if term.is_trial else calendar.midnight(term.renews),
                calendar.midnight(term.cancelled),
                term.end_reason,
                term.product,
                term.change_reason,
            )
        )


def write_lost_trial(
    dice: Dice,
    calendar: Calendar,
    export: Export,
    account_id: str,
    currency: str,
    day: int,
    mrr: int,
) -> None:
    """Write a trial of a prospect, which ends (or will end) without a paid term."""
    table = export["Subscription__c"]
    days = dice.between(14, 30)
    is_over = day + days <= calendar.as_of
    table.add(
        (
            table.new_id(),
            "0",
            f"SUB-{table.last_number():07d}",
            currency,
            calendar.working_hour(day, dice.uniform()),
            account_id,
            calendar.midnight(day),
            calendar.midnight(day + days),
            money(mrr),
            "1",
            "",
            "",
            "trial_over" if is_over else "",
            "Core",
            "",
        )
    )


def write_billing(dice: Dice, export: Export, chunk: Chunk) -> None:
    """Write late payments, likelier in a bad mood, and a few credits."""
    table = export["Billing_Event__c"]
    chance = 0.006 * np.clip(1.0 - 0.7 * chunk.moods, 0.15, 4.0)
    for place, _, day in happenings(dice, chance, chunk):
        who = chunk.customers[place]
        is_credit = dice.chance(0.12)
        share = dice.between(5, 30) if is_credit else 100
        table.add(
            (
                table.new_id(),
                "0",
                f"BIL-{table.last_number():07d}",
                who.currency,
                entered(dice, chunk.calendar, day),
                merged_or_own(dice, who),
                chunk.calendar.midnight(day),
                "credit" if is_credit else "late_payment",
                money(who.first_mrr * share // 100),
            )
        )
