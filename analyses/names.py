"""Five names for today: one customer by each of five rules, with the reason to call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from analyses.formats import format_value
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("five_names.sql")

RULES = {
    "newest_actively_dissatisfied": "Newest actively dissatisfied",
    "dissatisfied_nearest_renewal": "Dissatisfied, nearest renewal",
    "largest_silent": "Largest silent customer",
    "newest_move_up": "Newest move up",
    "advocate_longest_unspoken": "Advocate longest unspoken to",
}


@dataclass(frozen=True)
class Name:
    """One customer to talk to. mrr is in the reporting currency; spoken_on is None where no call
    or meeting is on record."""

    rule: str
    customer_id: str
    customer_name: str
    reason: str
    mrr: Decimal
    spoken_on: date | None
    spoken_kind: str | None
    owner_name: str | None


def find_names(
    cursor: duckdb.DuckDBPyConnection, week: date, scope: Scope, currency: str
) -> list[Name]:
    """At most five different customers, one a rule, as of the end of the week.

    A customer that several rules find is named by the first; the others take their next best.
    """
    set_variables(cursor, "week", scope)
    cursor.execute(QUERY.read_text(encoding="utf-8"), {"week": week})
    columns = [column[0] for column in cursor.description or []]
    named: dict[str, Name] = {}
    for row in cursor.fetchall():
        candidate = dict(zip(columns, row, strict=True))
        taken = {name.customer_id for name in named.values()}
        if candidate["rule"] in named or candidate["customer_id"] in taken:
            continue
        named[candidate["rule"]] = Name(
            candidate["rule"],
            candidate["customer_id"],
            candidate["customer_name"],
            REASONS[candidate["rule"]](candidate, currency),
            candidate["mrr"],
            candidate["spoken_on"],
            candidate["spoken_kind"],
            candidate["owner_name"],
        )
    return list(named.values())


def format_day(day: date) -> str:
    """'9 Nov 2026', the same in every locale of the server but for the month's name."""
    return f"{day.day} {day:%b %Y}"


def _words(code: str) -> str:
    """A code of the data as words: 'survey_low_with_complaint' -> 'survey low with complaint'."""
    return (
        code.replace("_", " ").replace("nps", "NPS").replace("csat", "CSAT").replace("ces ", "CES ")
    )


def _angry(row: dict[str, Any], _: str) -> str:
    since = f" since the week of {format_day(row['entered_week'])}" if row["entered_week"] else ""
    why = (
        f": {_words(row['vocal_kind'])} of {format_day(row['vocal_on'])}" if row["vocal_on"] else ""
    )
    return f"Actively dissatisfied{since}{why}"


def _renewing(row: dict[str, Any], _: str) -> str:
    return f"Dissatisfied, renews on {format_day(row['renews_on'])}"


def _silent(row: dict[str, Any], currency: str) -> str:
    heard = {
        "never": "never heard",
        "expired": "all evidence has run out",
        "weak": "only weak evidence",
    }[row["evidence_status"]]
    return f"{format_value(float(row['mrr']), 'currency', currency)} a month, {heard}"


def _risen(row: dict[str, Any], _: str) -> str:
    start, end = _words(row["from_state"]), _words(row["tier"])
    why = f" ({_words(row['evidence_kind'])} of {format_day(row['evidence_on'])})"
    week = format_day(row["entered_week"])
    return f"From {start} to {end} in the week of {week}{why if row['evidence_on'] else ''}"


def _unspoken(row: dict[str, Any], _: str) -> str:
    if row["spoken_on"] is None:
        return "Advocate, no call or meeting on record"
    return f"Advocate, nobody has called since {format_day(row['spoken_on'])}"


REASONS: dict[str, Callable[[dict[str, Any], str], str]] = {
    "newest_actively_dissatisfied": _angry,
    "dissatisfied_nearest_renewal": _renewing,
    "largest_silent": _silent,
    "newest_move_up": _risen,
    "advocate_longest_unspoken": _unspoken,
}
