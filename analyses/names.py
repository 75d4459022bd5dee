"""Five names for today: one customer by each of five rules, with the reason to call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from analyses.formats import format_value
from metrics.periods import format_date
from metrics.scope import Scope, set_variables

Row = dict[str, Any]
QUERY = Path(__file__).with_name("five_names.sql")

RULES = {
    "newest_actively_dissatisfied": "Newest actively dissatisfied",
    "dissatisfied_nearest_renewal": "Dissatisfied, nearest renewal",
    "largest_silent": "Largest silent customer",
    "newest_move_up": "Newest move up",
    "advocate_longest_unspoken": "Advocate longest unspoken to",
}


WORDS = {
    "survey_low_with_complaint": "angry answer",
    "cancel_threat": "threat to leave",
    "public_negative": "bad public review",
    "nps_promoter": "NPS promoter",
    "nps_passive": "NPS passive",
    "nps_detractor": "NPS detractor",
    "csat_promoter": "CSAT high",
    "csat_passive": "CSAT middling",
    "csat_detractor": "CSAT low",
    "ces_promoter": "effort low",
    "ces_passive": "effort middling",
    "ces_detractor": "effort high",
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
        candidate: Row = dict(zip(columns, row, strict=True))
        candidate |= {"week": week, "currency": currency}
        taken = {name.customer_id for name in named.values()}
        if candidate["rule"] in named or candidate["customer_id"] in taken:
            continue
        named[candidate["rule"]] = Name(
            candidate["rule"],
            candidate["customer_id"],
            candidate["customer_name"],
            REASONS[candidate["rule"]](candidate),
            candidate["mrr"],
            candidate["spoken_on"],
            candidate["spoken_kind"],
            candidate["owner_name"],
        )
    return list(named.values())


def format_day(day: date, week: date) -> str:
    """'9 Nov' near the week, '17 Jun 2024' where the year could be another."""
    near = abs((day - week).days) < 180
    return f"{day.day} {day:%b}" if near else format_date(day)


def _words(code: str) -> str:
    """A code of the data as words: 'cancel_threat' -> 'threat to leave'."""
    return WORDS.get(code, code.replace("_", " "))


def _angry(row: Row) -> str:
    since = f" since {format_day(row['entered_week'], row['week'])}" if row["entered_week"] else ""
    why = f" ({_words(row['vocal_kind'])})" if row["vocal_kind"] else ""
    return f"Actively dissatisfied{since}{why}"


def _renewing(row: Row) -> str:
    return f"Dissatisfied, renews {format_day(row['renews_on'], row['week'])}"


def _silent(row: Row) -> str:
    heard = {"never": "never heard", "expired": "evidence expired", "weak": "weak evidence"}
    money = format_value(float(row["mrr"]), "currency", row["currency"])
    return f"{money} a month, {heard[row['evidence_status']]}"


def _risen(row: Row) -> str:
    why = f" ({_words(row['good_kind'])})" if row["good_kind"] else ""
    week = format_day(row["entered_week"], row["week"])
    return f"{_words(row['from_state']).capitalize()} to {_words(row['tier'])}, {week}{why}"


def _unspoken(row: Row) -> str:
    if row["spoken_on"] is None:
        return "Advocate, no call or meeting on record"
    return f"Advocate, last spoken to {format_day(row['spoken_on'], row['week'])}"


REASONS: dict[str, Callable[[Row], str]] = {
    "newest_actively_dissatisfied": _angry,
    "dissatisfied_nearest_renewal": _renewing,
    "largest_silent": _silent,
    "newest_move_up": _risen,
    "advocate_longest_unspoken": _unspoken,
}
