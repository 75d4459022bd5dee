"""The evidence that tiers rest on: dated events of a customer, from the tables of the contract."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from tests.reference.implementation.movements import movements_of
from tests.reference.implementation.tables import Record, Settings, Tables, day_of, rows_of
from tests.reference.implementation.terms import Term, surviving_ids

VOCAL = {"complaint", "escalation", "cancel_threat", "survey_low", "public_negative"}
SILENT = {"usage_drop", "contraction", "late_payment"}
POSITIVE = {"solicited_pos", "unsolicited_pos"}
GROWTH = {"renewal", "expansion"}
ONE_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Event:
    """One piece of evidence; `attitude` and `instrument` belong to answers, the rest to cases."""

    day: dt.date
    kind: str
    source_id: str = ""
    attitude: str | None = None
    instrument: str | None = None
    closed_on: dt.date | None = None
    own_csat: int | None = None


def attitude_of(instrument: str, score: float) -> str:
    """promoter, passive or detractor."""
    promoter_from = {"nps": 9, "csat": 5, "ces": 7}[instrument]
    detractor_to = {"nps": 6, "csat": 2, "ces": 3}[instrument]
    if score >= promoter_from:
        return "promoter"
    return "detractor" if score <= detractor_to else "passive"


def case_events(row: Record) -> list[Event]:
    """A complaint or an escalation; one case is one event."""
    if row["kind"] == "complaint":
        kind = "complaint"
    elif row["is_escalated"] is True:
        kind = "escalation"
    else:
        return []
    opened_on, closed_on = day_of(row["opened_at"]), day_of(row["closed_at"])
    return [Event(opened_on, kind, row["case_id"], closed_on=closed_on, own_csat=row["csat"])]


def activity_events(row: Record) -> list[Event]:
    """A threat to cancel."""
    if row["theme"] != "cancel_threat":
        return []
    return [Event(row["occurred_on"], "cancel_threat", row["activity_id"])]


def survey_events(row: Record) -> list[Event]:
    """An answer, and a vocal negative when it is a low one with a complaint."""
    day, source_id, instrument = row["responded_on"], row["response_id"], row["instrument"]
    attitude = attitude_of(instrument, row["score"])
    events = [Event(day, "answer", source_id, attitude=attitude, instrument=instrument)]
    complains = row["is_complaint"]
    if complains is None:
        complains = bool((row["comment"] or "").strip())
    if attitude == "detractor" and complains:
        events.append(Event(day, "survey_low", source_id))
    return events


def advocacy_act_events(row: Record) -> list[Event]:
    """A public negative, a solicited or an unsolicited positive act, or nothing."""
    is_public = row["kind"] in ("review", "social")
    rating = row["rating"]
    if rating is None:
        is_positive = not is_public
    elif rating <= 2 and is_public:
        return [Event(row["occurred_on"], "public_negative", row["event_id"])]
    else:
        is_positive = rating >= 4
    if not is_positive:
        return []
    is_solicited = row["is_solicited"] is True or row["reward_code"] is not None
    kind = "solicited_pos" if is_solicited else "unsolicited_pos"
    return [Event(row["occurred_on"], kind, row["event_id"])]


def renewal_events(row: Record) -> list[Event]:
    """A won renewal."""
    is_renewal = row["kind"] == "renewal" and row["is_closed"] is True and row["is_won"] is True
    if not is_renewal or row["closed_on"] is None:
        return []
    return [Event(row["closed_on"], "renewal", row["opportunity_id"])]


def billing_events(row: Record) -> list[Event]:
    """A late payment."""
    if row["kind"] != "late_payment":
        return []
    return [Event(row["occurred_on"], "late_payment", row["event_id"])]


def usage_drops(usage: dict[dt.date, Fraction], settings: Settings) -> list[Event]:
    """Weeks (by Monday) -> usage; a drop at the Sunday of each fourth week that shows one."""
    events: list[Event] = []
    is_armed = True
    for week in sorted(usage):
        weeks = [week - ONE_WEEK * back for back in range(17)]
        if not all(one in usage for one in weeks):
            continue
        recent = sum(usage[one] for one in weeks[:4]) / 4
        earlier = sum(usage[one] for one in weeks[4:]) / 13
        if earlier <= 0:
            continue
        if is_armed and recent <= Fraction(str(settings["usage_drop_ratio"])) * earlier:
            events.append(Event(week + dt.timedelta(days=6), "usage_drop"))
            is_armed = False
        elif recent > Fraction(str(settings["usage_rearm_ratio"])) * earlier:
            is_armed = True
    return events


def movement_events(terms: list[Term]) -> list[Event]:
    """Contractions and expansions of MRR; a rise on the day of a new price is no evidence."""
    price_days = {term.started_on for term in terms if term.change_reason == "price"}
    return [
        Event(movement.day, movement.kind)
        for movement in movements_of(terms)
        if movement.kind == "contraction"
        or (movement.kind == "expansion" and movement.day not in price_days)
    ]


READERS = {
    "cases": case_events,
    "activities": activity_events,
    "survey_responses": survey_events,
    "advocacy_events": advocacy_act_events,
    "opportunities": renewal_events,
    "billing_events": billing_events,
}


def collect_evidence(
    tables: Tables, terms: dict[str, list[Term]], settings: Settings
) -> dict[str, list[Event]]:
    """All events of every real customer, in no particular order."""
    survivors = surviving_ids(tables)
    evidence = {customer_id: movement_events(own) for customer_id, own in terms.items()}
    for name, read in READERS.items():
        for row in rows_of(tables, name):
            customer_id = survivors.get(row["customer_id"])
            if customer_id in evidence:
                evidence[customer_id].extend(read(row))
    usage: dict[str, dict[dt.date, Fraction]] = {customer_id: {} for customer_id in evidence}
    for row in rows_of(tables, "usage"):
        customer_id = survivors.get(row["customer_id"])
        if customer_id in usage:
            weeks = usage[customer_id]
            so_far = weeks.get(row["week_start"], Fraction(0))
            weeks[row["week_start"]] = so_far + Fraction(row["usage"])
    for customer_id, weeks in usage.items():
        evidence[customer_id].extend(usage_drops(weeks, settings))
    return evidence
