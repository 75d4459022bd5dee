"""The test vectors of the tiers, for both implementations.

A row has no customer_id: whoever uses it says whose it is.
"""

import datetime as dt
from decimal import Decimal
from typing import Any, TypeAlias

Rows: TypeAlias = list[dict[str, Any]]

AS_OF = dt.date(2026, 6, 28)


def day(text: str) -> dt.date:
    """An ISO date."""
    return dt.date.fromisoformat(text)


def case(opened: str, closed: str | None = None, **more: Any) -> dict[str, Any]:
    """A row of cases, at some hour of its days."""
    opened_at = dt.datetime.fromisoformat(f"{opened}T23:30:00")
    closed_at = dt.datetime.fromisoformat(f"{closed}T08:00:00") if closed else None
    return {"case_id": f"case-{opened}", "opened_at": opened_at, "closed_at": closed_at, **more}


def answer(instrument: str, score: int, responded: str) -> dict[str, Any]:
    """A row of survey_responses."""
    response_id = f"{instrument}-{responded}"
    return {
        "response_id": response_id,
        "instrument": instrument,
        "score": score,
        "responded_on": day(responded),
        "comment": None,
    }


def act(occurred: str, kind: str = "reference", *, is_solicited: bool = True) -> dict[str, Any]:
    """A row of advocacy_events."""
    event_id = f"{kind}-{occurred}"
    return {
        "event_id": event_id,
        "kind": kind,
        "occurred_on": day(occurred),
        "is_solicited": is_solicited,
    }


def referral(occurred: str) -> dict[str, Any]:
    """An unsolicited referral."""
    return act(occurred, "referral", is_solicited=False)


def usage_drop_in_week(monday: str) -> Rows:
    """17 weeks of usage that drop in the week of that Monday for the first time."""
    last = day(monday)
    levels = [Decimal(100)] * 16 + [Decimal(0)]
    levels[-4:-1] = [Decimal(80)] * 3
    return [
        {"week_start": last - dt.timedelta(weeks=16 - index), "usage": level}
        for index, level in enumerate(levels)
    ]


STEADY = [{"started_on": day("2023-06-01"), "ended_on": None, "mrr": Decimal(500)}]
SHRUNK = [
    {"started_on": day("2023-06-01"), "ended_on": day("2025-09-01"), "mrr": Decimal(500)},
    {"started_on": day("2025-09-01"), "ended_on": None, "mrr": Decimal(400)},
]
CUT_AND_RESTORED = [
    {"started_on": day("2023-06-01"), "ended_on": None, "mrr": Decimal(400)},
    {"started_on": day("2023-06-01"), "ended_on": day("2026-06-03"), "mrr": Decimal(100)},
    {"started_on": day("2026-06-04"), "ended_on": None, "mrr": Decimal(100)},
]
YOUNG = [{"started_on": day("2026-01-10"), "ended_on": None, "mrr": Decimal(500)}]

ASKED, VOLUNTEERED = act("2026-01-15"), referral("2026-04-02")
ESCALATION = {"kind": "incident", "is_escalated": True}
COMPLAINT = {"kind": "complaint", "is_escalated": None}
C05 = {
    "cases": [case("2026-05-01", "2026-05-10", **COMPLAINT)],
    "survey_responses": [answer("nps", 9, "2026-05-20")],
}
RENEWAL = {
    "opportunity_id": "renewal",
    "kind": "renewal",
    "is_closed": True,
    "is_won": True,
    "created_on": day("2026-01-01"),
    "closed_on": day("2026-02-01"),
    "amount": None,
}
C16 = {"cases": [case("2026-03-30", "2026-04-02", **COMPLAINT)]}
TWO_REFERRALS = {"advocacy_events": [referral("2026-02-02"), referral("2026-04-02")]}
LONE_DROP = {"usage": usage_drop_in_week("2026-05-25")}

VECTORS: list[tuple[str, dict[str, Rows], str, str, str | None]] = [
    ("C01", {}, "neutral", "R5b", "never"),
    ("C02", {"survey_responses": [answer("nps", 8, "2026-03-01")]}, "neutral", "R5a", None),
    ("C03", {"survey_responses": [answer("nps", 5, "2026-03-01")]}, "dissatisfied", "R2", None),
    ("C04", {"cases": [case("2026-06-01", **COMPLAINT)]}, "actively_dissatisfied", "R1", None),
    ("C05", C05, "neutral", "R5a", None),
    ("C06", {**C05, "opportunities": [RENEWAL]}, "loyal", "R4", None),
    ("C07", {"advocacy_events": [ASKED]}, "loyal", "R4", None),
    ("C08", {"advocacy_events": [ASKED, VOLUNTEERED]}, "advocate", "R3", None),
    ("C09", {"advocacy_events": [VOLUNTEERED]}, "loyal", "R4", None),
    (
        "C10",
        {"advocacy_events": [ASKED, VOLUNTEERED], "cases": [case("2026-06-20", **ESCALATION)]},
        "actively_dissatisfied",
        "R1",
        None,
    ),
    (
        "C11",
        {
            "survey_responses": [answer("nps", 4, "2026-02-01")],
            "advocacy_events": [act("2026-05-01")],
        },
        "loyal",
        "R4",
        None,
    ),
    ("C12", LONE_DROP, "neutral", "R5b", "weak"),
    ("C13", {**LONE_DROP, "subscriptions": CUT_AND_RESTORED}, "dissatisfied", "R2", None),
    ("C14", {"advocacy_events": [act("2025-06-28")]}, "neutral", "R5b", "expired"),
    ("C15", {"advocacy_events": [act("2025-06-29")]}, "loyal", "R4", None),
    ("C16", C16, "dissatisfied", "R2", None),
    (
        "C17",
        {"cases": [case("2026-03-31", "2026-04-02", **COMPLAINT)]},
        "actively_dissatisfied",
        "R1",
        None,
    ),
    ("C18", {"cases": [case("2026-07-01", **ESCALATION)]}, "neutral", "R5b", "never"),
    ("C19", TWO_REFERRALS, "advocate", "R3", None),
    ("C20", {"survey_responses": [answer("nps", 10, "2026-03-01")]}, "neutral", "R5a", None),
    (
        "C21",
        {**C16, "survey_responses": [answer("nps", 7, "2026-05-01")]},
        "neutral",
        "R5a",
        None,
    ),
    ("C22", {"advocacy_events": [ASKED], "subscriptions": SHRUNK}, "neutral", "R5a", None),
    ("C23", {**TWO_REFERRALS, "subscriptions": YOUNG}, "loyal", "R4", None),
    (
        "C24",
        {"survey_responses": [answer("nps", 2, "2026-03-01"), answer("csat", 5, "2026-06-01")]},
        "dissatisfied",
        "R2",
        None,
    ),
    (
        "C25",
        {"cases": [case("2026-06-01", "2026-06-10", csat=5, **COMPLAINT)]},
        "neutral",
        "R5b",
        "weak",
    ),
]

# Raw tiers week by week and the published ones that follow: 1 actively dissatisfied ... 5 advocate.
SEQUENCES = [
    ("343434", "333333"),
    ("3444", "3344"),
    ("433", "443"),
    ("5133333", "5111133"),
    ("51313333", "51111113"),
    ("3455", "3345"),
    ("34545", "33444"),
    ("3212222", "3311112"),
    ("45355", "44445"),
]
