"""Deals that a customer helped with: an act, or an accepted request for one, is linked to them."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from tests.reference.implementation.answers import Answer, plain, ratio
from tests.reference.implementation.deals import WINDOW, closed_in, lengths_of, won_of
from tests.reference.implementation.tables import Record, Tables, rows_of
from tests.reference.implementation.terms import real_customers, surviving_ids
from tests.reference.implementation.velocity import amounts_of

KINDS = ("referral", "introduction", "reference")
Helped = dict[str, dt.date]


def first_help(tables: Tables) -> Helped:
    """The deal -> the first day on which a real customer helped with it."""
    survivors, real = surviving_ids(tables), real_customers(tables)
    acts = [
        (row["opportunity_id"], row["occurred_on"], row["customer_id"])
        for row in rows_of(tables, "advocacy_events")
        if row["kind"] in KINDS
    ]
    acts += [
        (row["for_opportunity_id"], row["asked_on"], row["customer_id"])
        for row in rows_of(tables, "reference_asks")
        if row["outcome"] == "accepted"
    ]
    helped: Helped = {}
    for deal, day, customer_id in acts:
        if deal is not None and survivors.get(customer_id) in real:
            helped[deal] = min(day, helped.get(deal, day))
    return helped


def help_answers(
    opportunities: Sequence[Record], helped: Helped, boundary: dt.date
) -> list[Answer]:
    """Deals closed in 91 days with help up to the day of the close, beside the others."""
    closed = closed_in(opportunities, boundary - WINDOW, boundary)
    amount = sum(amounts_of(won_of(closed)), Decimal(0))
    answers: list[Answer] = []
    for member in ("aided", "unaided"):
        own = [
            row
            for row in closed
            if (helped.get(row["opportunity_id"], dt.date.max) <= row["closed_on"])
            == (member == "aided")
        ]
        won = won_of(own)
        lengths = lengths_of(won)
        answers += [
            plain("vel_aided_won", len(won), member),
            ratio("vel_aided_value", sum(amounts_of(won), Decimal(0)), amount, member=member),
            ratio("vel_aided_win", len(won), len(own), member=member),
            ratio("vel_aided_cycle", sum(lengths), len(lengths), member=member),
        ]
    return answers
