"""What the cells and objects of a Salesforce export mean in the contract's tables and types."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

Row: TypeAlias = dict[str, Any]
Cells: TypeAlias = dict[str, str]

NO_RECORD = "000000000000000AAA"
TRUE_WORDS, FALSE_WORDS = ("1", "true", "yes"), ("0", "false", "no")
MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
KINDS = {
    "new": ("new", "new business", "new customer"),
    "renewal": ("renewal", "existing customer - replacement"),
    "expansion": ("expansion", "upsell", "existing customer - upgrade"),
}
KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}
ACTS = (
    "reference testimonial case_study speaking advisory_board review referral social introduction"
)
SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}


class Unreadable(ValueError):
    """A cell that holds something, but not what its column holds."""


def text(cell: str) -> str | None:
    """The text, None where nothing is in the cell."""
    return cell.strip() or None


def identifier(cell: str) -> str | None:
    """An id; a lookup of zeros points to nothing."""
    return None if cell.strip() == NO_RECORD else text(cell)


def word_of(*words: str) -> Callable[[str], str | None]:
    """A reader of picklists of these words."""

    def read(cell: str) -> str | None:
        if cell.strip() and cell.strip() not in words:
            raise Unreadable(cell)
        return text(cell)

    return read


def deal_kind(cell: str) -> str | None:
    """new, renewal, expansion or None for unknown."""
    return KIND_OF.get(cell.strip().lower())


def flag(cell: str) -> bool | None:
    """Salesforce writes 0 and 1; Data Loader knows some words besides."""
    word = cell.strip().lower()
    if word not in (*TRUE_WORDS, *FALSE_WORDS, ""):
        raise Unreadable(cell)
    return word in TRUE_WORDS if word else None


def number(cell: str) -> Decimal | None:
    """A decimal number, perhaps in scientific notation."""
    if not cell.strip():
        return None
    if not NUMBER.fullmatch(cell.strip()):
        raise Unreadable(cell)
    try:
        return Decimal(cell.strip())
    except InvalidOperation as error:
        raise Unreadable(cell) from error


def stars(cell: str) -> Decimal | None:
    """A satisfaction of 1 to 5."""
    score = number(cell)
    if score is not None and not 1 <= score <= 5:
        raise Unreadable(cell)
    return score


def calendar_day(cell: str) -> dt.date | None:
    """The day of a date-only field, which carries midnight."""
    if not cell.strip():
        return None
    found = MOMENT.fullmatch(cell.strip())
    if not found:
        raise Unreadable(cell)
    try:
        return dt.date.fromisoformat(found[1])
    except ValueError as error:
        raise Unreadable(cell) from error


def local_moment(cell: str, zone: ZoneInfo) -> dt.datetime | None:
    """A timestamp in the time zone of the business; without a zone of its own it is UTC."""
    if not cell.strip():
        return None
    found = MOMENT.fullmatch(cell.strip())
    if not found:
        raise Unreadable(cell)
    offset = "+00:00" if found[3] in (None, "Z") else found[3]
    try:
        moment = dt.datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00:00'}{offset}")
    except ValueError as error:
        raise Unreadable(cell) from error
    return moment.astimezone(zone).replace(tzinfo=None)


@dataclass(frozen=True)
class Column:
    """Where a contract's column comes from and how it is read."""

    source: str
    read: Callable[[str], Any] | str = text  # "day" and "moment" need the time zone, "money" rates
    is_needed: bool = False


@dataclass(frozen=True)
class Source:
    """One object of the CRM as one table of the contract."""

    file: str
    table: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    points_to: Mapping[str, str] = field(default_factory=dict)
    is_sound: Callable[[Row], bool] = lambda row: True
    is_set_aside: Callable[[Cells], bool] = lambda cells: False


def needed(source: str, read: Callable[[str], Any] | str = text) -> Column:
    """A column without which the row is refused."""
    return Column(source, read, is_needed=True)


def is_paid_forward(row: Row) -> bool:
    """No negative MRR, and an end after the start."""
    return row["mrr"] >= 0 and (row["ended_on"] is None or row["ended_on"] > row["started_on"])


def is_on_scale(row: Row) -> bool:
    """A score that its instrument knows."""
    low, high = SCALES[row["instrument"]]
    return low <= row["score"] <= high


def case_kind(cells: Cells) -> str | None:
    """What the flag says of complaints; where it says nothing, the type of the case."""
    kind = cells.get("Type", "").strip().lower()
    try:
        is_complaint = flag(cells.get("Is_Complaint__c", ""))
    except Unreadable:
        is_complaint = None
    if is_complaint or (is_complaint is None and kind == "complaint"):
        return "complaint"
    return kind if kind in ("incident", "question") else None


ACCOUNT = needed("Account__c", identifier)
CUSTOMER = {"customer_id": "customers"}
SOURCES = (
    Source(
        "account",
        "customers",
        {
            "customer_id": needed("Id", identifier),
            "customer_name": Column("Name"),
            "created_on": Column("CreatedDate", "day"),
            "merged_into_id": Column("MasterRecordId", identifier),
            "segment": Column("Segment__c"),
            "persona": Column("Persona__c"),
            "industry": Column("Industry"),
            "region": Column("BillingCountry"),
            "size_band": Column("Size_Band__c"),
            "language": Column("Language__c"),
            "is_staff_or_partner": Column("Is_Staff_Or_Partner__c", flag),
        },
        ("customer_id",),
    ),
    Source(
        "subscription__c",
        "subscriptions",
        {
            "subscription_id": needed("Id", identifier),
            "customer_id": ACCOUNT,
            "started_on": needed("Start_Date__c", calendar_day),
            "ended_on": Column("End_Date__c", calendar_day),
            "mrr": needed("MRR__c", "money"),
            "is_trial": Column("Is_Trial__c", flag),
            "change_reason": Column("Change_Reason__c", word_of("price", "quantity", "plan")),
        },
        ("subscription_id",),
        CUSTOMER,
        is_paid_forward,
    ),
    Source(
        "opportunity",
        "opportunities",
        {
            "opportunity_id": needed("Id", identifier),
            "customer_id": Column("AccountId", identifier),
            "created_on": needed("CreatedDate", "day"),
            "stage": needed("StageName"),
            "is_closed": needed("IsClosed", flag),
            "is_won": needed("IsWon", flag),
            "closed_on": Column("CloseDate", calendar_day),
            "amount": Column("Amount", "money"),
            "kind": Column("Type", deal_kind),
        },
        ("opportunity_id",),
        CUSTOMER,
    ),
    Source(
        "opportunityhistory",
        "opportunity_stages",
        {
            "opportunity_id": needed("OpportunityId", identifier),
            "stage": needed("StageName"),
            "entered_at": needed("CreatedDate", "moment"),
        },
        ("opportunity_id", "stage", "entered_at"),
        {"opportunity_id": "opportunities"},
        is_set_aside=lambda cells: cells.get("FromOpportunityStageName") == cells.get("StageName"),
    ),
    Source(
        "case",
        "cases",
        {
            "case_id": needed("Id", identifier),
            "customer_id": Column("AccountId", identifier),
            "opened_at": needed("CreatedDate", "moment"),
            "closed_at": Column("ClosedDate", "moment"),
            "is_escalated": Column("IsEscalated", flag),
            "csat": Column("CSAT__c", stars),
        },
        ("case_id",),
        CUSTOMER,
    ),
    Source(
        "task",
        "activities",
        {
            "activity_id": needed("Id", identifier),
            "customer_id": Column("AccountId", identifier),
            "occurred_on": needed("ActivityDate", calendar_day),
            "theme": Column("Theme__c"),
        },
        ("activity_id",),
        CUSTOMER,
    ),
    Source(
        "survey_response__c",
        "survey_responses",
        {
            "response_id": needed("Id", identifier),
            "customer_id": Column("Account__c", identifier),
            "responded_on": needed("Responded_On__c", calendar_day),
            "instrument": needed("Instrument__c", word_of(*SCALES)),
            "score": needed("Score__c", number),
            "comment": Column("Comment__c"),
            "is_complaint": Column("Is_Complaint__c", flag),
        },
        ("response_id",),
        CUSTOMER,
        is_on_scale,
    ),
    Source(
        "advocacy_activity__c",
        "advocacy_events",
        {
            "event_id": needed("Id", identifier),
            "customer_id": ACCOUNT,
            "occurred_on": needed("Occurred_On__c", calendar_day),
            "kind": needed("Kind__c", word_of(*ACTS.split())),
            "is_solicited": needed("Is_Solicited__c", flag),
            "opportunity_id": Column("Opportunity__c", identifier),
            "rating": Column("Rating__c", number),
            "reward_code": Column("Reward_Code__c"),
        },
        ("event_id",),
        CUSTOMER,
    ),
    Source(
        "reference_ask__c",
        "reference_asks",
        {
            "ask_id": needed("Id", identifier),
            "customer_id": ACCOUNT,
            "asked_on": needed("Asked_On__c", calendar_day),
            "for_opportunity_id": Column("For_Opportunity__c", identifier),
            "outcome": Column("Outcome__c", word_of("accepted", "declined", "none")),
        },
        ("ask_id",),
        CUSTOMER,
    ),
    Source(
        "usage__c",
        "usage",
        {
            "customer_id": ACCOUNT,
            "week_start": needed("Week_Start__c", calendar_day),
            "usage": needed("Usage__c", number),
        },
        ("customer_id", "week_start"),
        CUSTOMER,
        lambda row: row["usage"] >= 0 and row["week_start"].weekday() == 0,
    ),
    Source(
        "billing_event__c",
        "billing_events",
        {
            "event_id": needed("Id", identifier),
            "customer_id": ACCOUNT,
            "occurred_on": needed("Occurred_On__c", calendar_day),
            "kind": needed("Kind__c"),
        },
        ("event_id",),
        CUSTOMER,
    ),
    # No metric reads the tables below; their dates can be the newest of an export.
    Source(
        "contact",
        "contacts",
        {"contact_id": needed("Id", identifier), "customer_id": needed("AccountId", identifier)},
        ("contact_id",),
        CUSTOMER,
    ),
    Source(
        "need__c",
        "needs",
        {
            "need_id": needed("Id", identifier),
            "customer_id": ACCOUNT,
            "assessed_on": needed("Assessed_On__c", calendar_day),
            "journey_stage": needed("Journey_Stage__c"),
            "need": needed("Need__c"),
            "is_met": needed("Is_Met__c", flag),
        },
        ("need_id",),
        CUSTOMER,
    ),
    Source(
        "reference_ask__c",
        "reference_asks",
        {
            "ask_id": needed("Id", identifier),
            "customer_id": ACCOUNT,
            "asked_on": needed("Asked_On__c", calendar_day),
        },
        ("ask_id",),
        CUSTOMER,
    ),
    Source(
        "programme_member__c",
        "programme_members",
        {
            "programme": needed("Programme__c"),
            "customer_id": ACCOUNT,
            "assigned_on": needed("Assigned_On__c", calendar_day),
        },
        ("programme", "customer_id", "assigned_on"),
        CUSTOMER,
    ),
    Source(
        "lead",
        "leads",
        {
            "lead_id": needed("Id", identifier),
            "created_on": needed("CreatedDate", "day"),
            "customer_id": Column("ConvertedAccountId", identifier),
        },
        ("lead_id",),
        CUSTOMER,
    ),
    Source(
        "campaign",
        "campaigns",
        {"campaign_id": needed("Id", identifier), "name": needed("Name")},
        ("campaign_id",),
    ),
    Source(
        "campaignmember",
        "campaign_members",
        {
            "campaign_id": needed("CampaignId", identifier),
            "touched_on": needed("CreatedDate", "day"),
        },
        (),
        {"campaign_id": "campaigns"},
    ),
    Source(
        "user",
        "owners",
        {"owner_id": needed("Id", identifier), "owner_name": needed("LastName")},
        ("owner_id",),
    ),
    Source(
        "cost__c",
        "costs",
        {
            "month": needed("Month__c", calendar_day),
            "purpose": needed("Purpose__c"),
            "amount": needed("Amount__c", "money"),
        },
        (),
    ),
)
