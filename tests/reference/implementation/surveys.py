"""NPS, CSAT and CES from the latest answer of each respondent in 91 days."""

import datetime as dt

from tests.reference.implementation.tables import Record

WINDOW_DAYS = 91


def latest_answers(answers: list[Record], instrument: str, boundary: dt.date) -> list[Record]:
    """The latest answer (by date, then id) of each contact, else customer, in [end - 91, end)."""
    start = boundary - dt.timedelta(days=WINDOW_DAYS)
    latest: dict[tuple[str, str], Record] = {}
    for row in answers:
        if row["instrument"] != instrument or not start <= row["responded_on"] < boundary:
            continue
        contact = row["contact_id"]
        respondent = ("customer", row["customer_id"]) if contact is None else ("contact", contact)
        known = latest.get(respondent)
        order = (row["responded_on"], row["response_id"])
        if known is None or order > (known["responded_on"], known["response_id"]):
            latest[respondent] = row
    return list(latest.values())


def nps_counts(answers: list[Record]) -> tuple[int, int, int]:
    """Promoters (9-10), detractors (0-6) and all."""
    promoters = sum(1 for row in answers if row["score"] >= 9)
    detractors = sum(1 for row in answers if row["score"] <= 6)
    return promoters, detractors, len(answers)


def csat_counts(answers: list[Record]) -> tuple[int, int]:
    """Satisfied (4-5) and all."""
    return sum(1 for row in answers if row["score"] >= 4), len(answers)
