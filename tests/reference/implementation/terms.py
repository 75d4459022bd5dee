"""Customers and their paid terms; the state of a customer at a boundary date."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from tests.reference.implementation.tables import Record, Settings, Tables, rows_of


@dataclass(frozen=True)
class Term:
    """A paid term [started_on, ended_on); no end means that it runs."""

    started_on: dt.date
    ended_on: dt.date | None
    mrr: Decimal
    change_reason: str | None


def surviving_ids(tables: Tables) -> dict[str, str]:
    """Each customer's id -> the id of the account that it was finally merged into (or its own)."""
    merged = {row["customer_id"]: row["merged_into_id"] for row in rows_of(tables, "customers")}
    survivors: dict[str, str] = {}
    for customer_id in merged:
        survivor = customer_id
        while merged.get(survivor) in merged:
            survivor = merged[survivor]
        survivors[customer_id] = survivor
    return survivors


def real_customers(tables: Tables) -> dict[str, Record]:
    """The accounts that metrics know: not merged away, neither staff nor partner."""
    survivors = surviving_ids(tables)
    return {
        row["customer_id"]: row
        for row in rows_of(tables, "customers")
        if survivors[row["customer_id"]] == row["customer_id"]
        and row["is_staff_or_partner"] is not True
    }


def paid_terms(tables: Tables, settings: Settings) -> dict[str, list[Term]]:
    """Paid, non-trial terms (MRR above 0) of every real customer."""
    survivors = surviving_ids(tables)
    terms: dict[str, list[Term]] = {customer_id: [] for customer_id in real_customers(tables)}
    for row in rows_of(tables, "subscriptions"):
        customer_id = survivors.get(row["customer_id"])
        if customer_id in terms and row["is_trial"] is not True and row["mrr"] > 0:
            term = Term(row["started_on"], row["ended_on"], row["mrr"], row["change_reason"])
            terms[customer_id].append(term)
    return {key: with_grace(own, settings["renewal_grace_days"]) for key, own in terms.items()}


def with_grace(terms: list[Term], grace_days: int) -> list[Term]:
    """Terms that end in a pause of at most the grace last until the pause is over."""
    graced = list(terms)
    for ended_on in sorted({term.ended_on for term in terms if term.ended_on}):
        if mrr_at(graced, ended_on + dt.timedelta(days=1)) > 0:
            continue
        later = [term.started_on for term in terms if term.started_on > ended_on]
        if later and (min(later) - ended_on).days <= grace_days:
            graced = [
                replace(term, ended_on=min(later)) if term.ended_on == ended_on else term
                for term in graced
            ]
    return graced


def mrr_at(terms: list[Term], boundary: dt.date) -> Decimal:
    """MRR just before the first event of the boundary day; a customer is active when it is > 0."""
    return sum(
        (
            term.mrr
            for term in terms
            if term.started_on < boundary and (term.ended_on is None or term.ended_on >= boundary)
        ),
        Decimal(0),
    )


def first_paid_on(terms: list[Term]) -> dt.date | None:
    """The day on which the first paid term began."""
    return min((term.started_on for term in terms), default=None)
