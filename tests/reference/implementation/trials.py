"""Trials: the terms that nobody pays for, and who pays by their end."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from tests.reference.implementation.tables import Tables, rows_of
from tests.reference.implementation.terms import Term, surviving_ids


@dataclass(frozen=True)
class Trial:
    """A trial with an end; whether a paid term of its customer began from its start to its end."""

    ended_on: dt.date
    is_converted: bool


def trials_of(tables: Tables, terms: dict[str, list[Term]]) -> dict[str, list[Trial]]:
    """The trials with an end of each real customer."""
    survivors = surviving_ids(tables)
    trials: dict[str, list[Trial]] = {customer_id: [] for customer_id in terms}
    for row in rows_of(tables, "subscriptions"):
        customer_id = survivors.get(row["customer_id"])
        if row["is_trial"] is True and row["ended_on"] is not None and customer_id in terms:
            days = [term.started_on for term in terms[customer_id]]
            is_converted = any(row["started_on"] <= day <= row["ended_on"] for day in days)
            trials[customer_id].append(Trial(row["ended_on"], is_converted))
    return trials


def conversion(trials: Iterable[Trial], start: dt.date, end: dt.date) -> tuple[int, int]:
    """Converted and all of those that ended in [start, end)."""
    ended = [trial for trial in trials if start <= trial.ended_on < end]
    return sum(trial.is_converted for trial in ended), len(ended)
