"""The company as plain files in the contract's own names and columns (data/contract.toml)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from data.sample_world.layout import NULL_CURRENCY, NULL_LOOKUP
from data.sample_world.writer import FileRow, Row

Cell: TypeAlias = Callable[[Row], str]
STAMPS = ("CreatedDate", "LastModifiedDate", "SystemModstamp")


def text(column: str) -> Cell:
    """The cell as it is."""
    return lambda row: row[column]


def lower(column: str) -> Cell:
    """The cell in lower case."""
    return lambda row: row[column].lower()


def lookup(column: str) -> Cell:
    """The id, empty where Salesforce writes the null lookup."""
    return lambda row: "" if row[column] == NULL_LOOKUP else row[column]


def currency() -> Cell:
    """The currency, empty where Salesforce writes the null currency."""
    return lambda row: "" if row["CurrencyIsoCode"] == NULL_CURRENCY else row["CurrencyIsoCode"]


def day(column: str) -> Cell:
    """The day of a moment."""
    return lambda row: row[column][:10]


def modified(row: Row) -> str:
    """The newest moment at which the row was made or changed."""
    return max(row.get(stamp, "") for stamp in STAMPS)


def account_deleted(row: Row) -> str:
    """An account that was merged into another is not deleted."""
    return "" if row["MasterRecordId"] else row["IsDeleted"]


def closed_on(row: Row) -> str:
    """The close date of a closed deal; that of an open one is a forecast."""
    return row["CloseDate"][:10] if row["IsClosed"] == "1" else ""


def kind_of_deal(row: Row) -> str:
    """The contract's word for an opportunity's type."""
    return KINDS[row["Type"].lower()]


KINDS = {
    "": "",
    "new business": "new",
    "new customer": "new",
    "renewal": "renewal",
    "existing customer - replacement": "renewal",
    "expansion": "expansion",
    "upsell": "expansion",
    "existing customer - upgrade": "expansion",
}
BOOKS: dict[str, Cell] = {"is_deleted": text("IsDeleted"), "modified_at": modified}

# Object -> file, and column -> cell.
TABLES: dict[str, tuple[str, dict[str, Cell]]] = {
    "User": (
        "owners",
        {
            "owner_id": text("Id"),
            "owner_name": lambda row: f"{row['FirstName']} {row['LastName']}",
            "function": text("Department"),
            "is_active": text("IsActive"),
            "modified_at": modified,
        },
    ),
    "Account": (
        "customers",
        {
            "customer_id": text("Id"),
            "customer_name": text("Name"),
            "created_on": day("CreatedDate"),
            "merged_into_id": text("MasterRecordId"),
            "merged_on": lambda row: row["LastModifiedDate"][:10] if row["MasterRecordId"] else "",
            "segment": text("Segment__c"),
            "persona": text("Persona__c"),
            "industry": text("Industry"),
            "region": text("BillingCountry"),
            "owner_id": lookup("OwnerId"),
            "parent_id": lookup("ParentId"),
            "size_band": text("Size_Band__c"),
            "language": text("Language__c"),
            "is_staff_or_partner": text("Is_Staff_Or_Partner__c"),
            "is_deleted": account_deleted,
            "modified_at": modified,
        },
    ),
    "Contact": (
        "contacts",
        {
            "contact_id": text("Id"),
            "customer_id": lookup("AccountId"),
            "contact_name": lambda row: f"{row['FirstName']} {row['LastName']}",
            "role": text("Title"),
            "has_reference_consent": text("Has_Reference_Consent__c"),
            **BOOKS,
        },
    ),
    "Opportunity": (
        "opportunities",
        {
            "opportunity_id": text("Id"),
            "customer_id": lookup("AccountId"),
            "created_on": day("CreatedDate"),
            "stage": text("StageName"),
            "is_closed": text("IsClosed"),
            "is_won": text("IsWon"),
            "closed_on": closed_on,
            "amount": text("Amount"),
            "currency": currency(),
            "kind": kind_of_deal,
            "owner_id": lookup("OwnerId"),
            "lead_source": text("LeadSource"),
            **BOOKS,
        },
    ),
    "OpportunityHistory": (
        "opportunity_stages",
        {
            "opportunity_id": lookup("OpportunityId"),
            "stage": text("StageName"),
            "entered_at": text("CreatedDate"),
            "amount": text("Amount"),
            "currency": currency(),
            **BOOKS,
        },
    ),
    "Case": (
        "cases",
        {
            "case_id": text("Id"),
            "customer_id": lookup("AccountId"),
            "opened_at": text("CreatedDate"),
            "closed_at": text("ClosedDate"),
            "kind": lower("Type"),
            "is_escalated": text("IsEscalated"),
            "priority": text("Priority"),
            "csat": text("CSAT__c"),
            "origin": text("Origin"),
            "contact_id": lookup("ContactId"),
            **BOOKS,
        },
    ),
    "Task": (
        "activities",
        {
            "activity_id": text("Id"),
            "customer_id": lookup("AccountId"),
            "occurred_on": day("ActivityDate"),
            "kind": lower("Type"),
            "owner_id": lookup("OwnerId"),
            "direction": lower("CallType"),
            "channel": text("Channel__c"),
            "note": text("Description"),
            "theme": text("Theme__c"),
            "competitor": text("Competitor__c"),
            "contact_id": lookup("WhoId"),
            "follow_up_due_on": day("Follow_Up_Due__c"),
            "follow_up_done_on": day("Follow_Up_Done__c"),
            **BOOKS,
        },
    ),
    "Lead": (
        "leads",
        {
            "lead_id": text("Id"),
            "created_on": day("CreatedDate"),
            "persona": text("Persona__c"),
            "source": text("LeadSource"),
            "converted_on": day("ConvertedDate"),
            "customer_id": lookup("ConvertedAccountId"),
            "opportunity_id": lookup("ConvertedOpportunityId"),
            **BOOKS,
        },
    ),
    "Campaign": (
        "campaigns",
        {
            "campaign_id": text("Id"),
            "name": text("Name"),
            "channel": text("Type"),
            "objective": text("Objective__c"),
            "starts_on": day("StartDate"),
            "ends_on": day("EndDate"),
            "cost": text("ActualCost"),
            "currency": currency(),
            **BOOKS,
        },
    ),
    "CampaignMember": (
        "campaign_members",
        {
            "campaign_id": lookup("CampaignId"),
            "touched_on": day("CreatedDate"),
            "lead_id": lookup("LeadId"),
            "has_responded": text("HasResponded"),
            **BOOKS,
        },
    ),
    "Order": (
        "orders",
        {
            "order_id": text("Id"),
            "customer_id": lookup("AccountId"),
            "ordered_on": day("EffectiveDate"),
            "amount": text("TotalAmount"),
            "currency": currency(),
            **BOOKS,
        },
    ),
    "Survey_Invitation__c": (
        "survey_invitations",
        {
            "invitation_id": text("Id"),
            "customer_id": lookup("Account__c"),
            "invited_on": day("Invited_On__c"),
            "instrument": text("Instrument__c"),
            "wave": text("Wave__c"),
            **BOOKS,
        },
    ),
    "Subscription__c": (
        "subscriptions",
        {
            "subscription_id": text("Id"),
            "customer_id": lookup("Account__c"),
            "started_on": day("Start_Date__c"),
            "ended_on": day("End_Date__c"),
            "mrr": text("MRR__c"),
            "is_trial": text("Is_Trial__c"),
            "product": text("Product__c"),
            "currency": currency(),
            "renews_on": day("Renewal_Date__c"),
            "cancelled_on": day("Cancelled_Date__c"),
            "end_reason": text("End_Reason__c"),
            "change_reason": text("Change_Reason__c"),
            **BOOKS,
        },
    ),
    "Survey_Response__c": (
        "survey_responses",
        {
            "response_id": text("Id"),
            "customer_id": lookup("Account__c"),
            "responded_on": day("Responded_On__c"),
            "instrument": text("Instrument__c"),
            "score": text("Score__c"),
            "comment": text("Comment__c"),
            "is_complaint": text("Is_Complaint__c"),
            "journey_stage": text("Journey_Stage__c"),
            "wave": text("Wave__c"),
            **BOOKS,
        },
    ),
    "Need__c": (
        "needs",
        {
            "need_id": text("Id"),
            "customer_id": lookup("Account__c"),
            "assessed_on": day("Assessed_On__c"),
            "journey_stage": text("Journey_Stage__c"),
            "need": text("Need__c"),
            "is_met": text("Is_Met__c"),
            "importance": text("Importance__c"),
            "accountable_function": text("Accountable_Function__c"),
            **BOOKS,
        },
    ),
    "Advocacy_Activity__c": (
        "advocacy_events",
        {
            "event_id": text("Id"),
            "customer_id": lookup("Account__c"),
            "occurred_on": day("Occurred_On__c"),
            "kind": text("Kind__c"),
            "is_solicited": text("Is_Solicited__c"),
            "rating": text("Rating__c"),
            "opportunity_id": lookup("Opportunity__c"),
            "reward_code": text("Reward_Code__c"),
            **BOOKS,
        },
    ),
    "Usage__c": (
        "usage",
        {
            "customer_id": lookup("Account__c"),
            "week_start": day("Week_Start__c"),
            "usage": text("Usage__c"),
            "active_users": text("Active_Users__c"),
            "modified_at": modified,
        },
    ),
    "Billing_Event__c": (
        "billing_events",
        {
            "event_id": text("Id"),
            "customer_id": lookup("Account__c"),
            "occurred_on": day("Occurred_On__c"),
            "kind": text("Kind__c"),
            "amount": text("Amount__c"),
            "currency": currency(),
            **BOOKS,
        },
    ),
    "Cost__c": (
        "costs",
        {
            "month": day("Month__c"),
            "purpose": text("Purpose__c"),
            "amount": text("Amount__c"),
            "channel": text("Channel__c"),
            "currency": currency(),
            "modified_at": modified,
        },
    ),
    "Reference_Ask__c": (
        "reference_asks",
        {
            "ask_id": text("Id"),
            "customer_id": lookup("Account__c"),
            "asked_on": day("Asked_On__c"),
            "contact_id": lookup("Contact__c"),
            "for_customer_id": lookup("For_Account__c"),
            "for_opportunity_id": lookup("For_Opportunity__c"),
            "outcome": text("Outcome__c"),
            **BOOKS,
        },
    ),
    "Programme_Member__c": (
        "programme_members",
        {
            "programme": text("Programme__c"),
            "customer_id": lookup("Account__c"),
            "assigned_on": day("Assigned_On__c"),
            "arm": text("Arm__c"),
            "ended_on": day("Ended_On__c"),
            **BOOKS,
        },
    ),
}


class PlainLayout:
    """One file for each contract table that the company fills; a touch of a campaign names its contact's account."""

    def __init__(self) -> None:
        """Keep the accounts of contacts, which touches of campaigns need."""
        self._accounts: dict[str, str] = {}

    @property
    def files(self) -> Mapping[str, Sequence[str]]:
        """The header of each file."""
        headers = {file: list(cells) for file, cells in TABLES.values()}
        headers["campaign_members"].append("customer_id")
        return headers

    def translate(self, name: str, row: Row) -> Iterable[FileRow]:
        """Return a row as one of the contract's; a history row that is no stage move is none, nor is a draft."""
        if name == "Order" and row["StatusCode"] == "Draft":
            return
        if name == "OpportunityHistory" and row["StageName"] == row["FromOpportunityStageName"]:
            return
        if name == "Contact":
            self._accounts[row["Id"]] = row["AccountId"]
        file, cells = TABLES[name]
        values = [cell(row) for cell in cells.values()]
        if name == "CampaignMember":
            values.append(self._accounts.get(row["ContactId"], ""))
        yield file, values

    def finish(self) -> Iterable[FileRow]:
        """Nothing is held back."""
        return ()
