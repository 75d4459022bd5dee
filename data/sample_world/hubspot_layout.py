"""The company as HubSpot exports it: labels for headers, ids of digits, associations, a column for each stage.

HubSpot has no campaign members, leads or history of amounts in the exports that are known (docs/crms.md), so
Lead, Campaign and CampaignMember are not written, and of the history only when a deal entered each stage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from data.sample_world.deals import PROBABILITY
from data.sample_world.layout import NULL_LOOKUP
from data.sample_world.plain_layout import Cell, currency, day, text
from data.sample_world.writer import FileRow, Row

PIPELINE = "Sales Pipeline"
# Ids are digits, unique within an object; the first digits tell the objects apart for a person who reads them.
ID_BASES = {
    "005": 10_000_000,
    "001": 20_000_000_000,
    "003": 30_000_000_000,
    "006": 40_000_000_000,
    "500": 50_000_000_000,
}
OTHER_ID_BASE = 90_000_000_000
# A deal says its company as primary, or only in the list of all its companies.
ONLY_IN_LIST_EVERY = 7


def hubspot_id(record: str) -> str:
    """Return the number that HubSpot would have given a Salesforce record; empty for a null lookup."""
    if record in ("", NULL_LOOKUP):
        return ""
    return str(ID_BASES.get(record[:3], OTHER_ID_BASE) + int(record[5:15]))


def number(column: str) -> Cell:
    """A lookup as HubSpot's id."""
    return lambda row: hubspot_id(row[column])


def flag(column: str) -> Cell:
    """A boolean in words."""
    return lambda row: {"1": "true", "0": "false"}.get(row[column], "")


def moment(column: str) -> Cell:
    """A moment whose hour has no leading zero (quirk 28)."""
    return lambda row: short_hour(row[column])


def short_hour(stamp: str) -> str:
    """`2024-03-05 09:12:44` as `2024-03-05 9:12:44`."""
    return stamp.replace(" 0", " ")


def last_modified(row: Row) -> str:
    """The newest change, as `modified` of plain files."""
    return short_hour(max(row.get("LastModifiedDate", ""), row.get("SystemModstamp", "")))


def deal_type(row: Row) -> str:
    """New Business is HubSpot's own word; for renewals and expansions companies add theirs."""
    word = row["Type"].lower()
    if word in ("new business", "new customer"):
        return "New Business" if row["Type"] != word else "newbusiness"
    if word in ("renewal", "existing customer - replacement"):
        return "Renewal"
    return "Existing Business" if word else ""


def is_lost(row: Row) -> str:
    """Closed and not won."""
    return "true" if row["IsClosed"] == "1" and row["IsWon"] == "0" else "false"


def category(row: Row) -> str:
    """HubSpot's own categories where there is one."""
    return {"Incident": "Product Issue", "Question": "General Inquiry"}.get(row["Type"], "")


def associated(column: str) -> dict[str, Cell]:
    """The association columns of a record that hangs on one company."""
    return {
        "Associated Company IDs": number(column),
        "Associated Company IDs (Primary)": number(column),
    }


def custom(cells: dict[str, Cell], *, has_company: bool = True) -> dict[str, Cell]:
    """A custom object: its own properties, its company and what every object has."""
    company = associated("Account__c") if has_company else {}
    return {
        "Record ID": number("Id"),
        **cells,
        **company,
        "Object create date/time": moment("CreatedDate"),
        "Archived": flag("IsDeleted"),
    }


ARCHIVED: dict[str, Cell] = {"Last Modified Date": last_modified, "Archived": flag("IsDeleted")}


def engagement(title: str, body: str, direction: str) -> dict[str, Cell]:
    """A conversation; `direction` is empty where HubSpot has none for the kind."""
    return {
        "Record ID": number("Id"),
        title: text("Subject"),
        body: text("Description"),
        **({direction: text("CallType")} if direction else {}),
        "Activity date": moment("ActivityDate"),
        "Activity assigned to": number("OwnerId"),
        "Theme": text("Theme__c"),
        "Competitor": text("Competitor__c"),
        "Channel": text("Channel__c"),
        "Follow-up due": day("Follow_Up_Due__c"),
        "Follow-up done": day("Follow_Up_Done__c"),
        "Associated Contact IDs": number("WhoId"),
        "Associated Company IDs": number("AccountId"),
        "Create Date": moment("CreatedDate"),
        **ARCHIVED,
    }


COMPANY: dict[str, Cell] = {
    "Record ID": number("Id"),
    "Company name": text("Name"),
    "Company owner": number("OwnerId"),
    "Create Date": moment("CreatedDate"),
    "City": text("BillingCity"),
    "Country/Region": text("BillingCountry"),
    "Industry": text("Industry"),
    "Number of Employees": text("NumberOfEmployees"),
    "Type": text("Type"),
    # Two properties of one label, as in a real portal.
    "Target Account": lambda row: "",
    "Target Account ": lambda row: "",
    "Parent Company": number("ParentId"),
    "Segment": text("Segment__c"),
    "Persona": text("Persona__c"),
    "Size band": text("Size_Band__c"),
    "Language": text("Language__c"),
    "Is staff or partner": flag("Is_Staff_Or_Partner__c"),
    **ARCHIVED,
}
DEAL: dict[str, Cell] = {
    "Record ID": number("Id"),
    "Deal Name": text("Name"),
    "Pipeline": lambda row: PIPELINE,
    "Deal Stage": text("StageName"),
    "Amount": text("Amount"),
    "Currency": currency(),
    "Close Date": moment("CloseDate"),
    "Create Date": moment("CreatedDate"),
    "Deal Type": deal_type,
    "Deal owner": number("OwnerId"),
    "Original Traffic Source": text("LeadSource"),
    "Is Deal Closed?": flag("IsClosed"),
    "Is Closed Won": flag("IsWon"),
    "Is closed lost": is_lost,
    **ARCHIVED,
}
# Object -> file, and header -> cell; what needs more than its own row is in the class.
OBJECTS: dict[str, tuple[str, dict[str, Cell]]] = {
    "Contact": (
        "contacts",
        {
            "Record ID": number("Id"),
            "First Name": text("FirstName"),
            "Last Name": text("LastName"),
            "Job Title": text("Title"),
            "Contact owner": number("OwnerId"),
            "Has reference consent": flag("Has_Reference_Consent__c"),
            **associated("AccountId"),
            "Create Date": moment("CreatedDate"),
            **ARCHIVED,
        },
    ),
    "Case": (
        "tickets",
        {
            "Ticket ID": number("Id"),
            "Ticket name": text("Subject"),
            "Pipeline": lambda row: "Support Pipeline",
            "Ticket status": text("Status"),
            "Priority": text("Priority"),
            "Category": category,
            "Source": text("Origin"),
            "Ticket owner": number("OwnerId"),
            "Create date": moment("CreatedDate"),
            "Close date": moment("ClosedDate"),
            "Is complaint": flag("Is_Complaint__c"),
            "Is escalated": flag("IsEscalated"),
            "CSAT": text("CSAT__c"),
            **associated("AccountId"),
            "Associated Contact IDs": number("ContactId"),
            **ARCHIVED,
        },
    ),
    "Survey_Response__c": (
        "feedback-submissions",
        custom(
            {
                "Survey Type": lambda row: row["Instrument__c"].upper(),
                "Date": day("Responded_On__c"),
                "Rating": text("Score__c"),
                "Response": text("Comment__c"),
                "Is complaint": flag("Is_Complaint__c"),
                "Journey stage": text("Journey_Stage__c"),
                "Wave": text("Wave__c"),
            }
        ),
    ),
    "Order": (
        "orders",
        {
            "Record ID": number("Id"),
            "Name": text("OrderNumber"),
            "Total Price": text("TotalAmount"),
            "Currency Code": currency(),
            "Fulfillment Status": lambda row: "",
            "Pipeline": lambda row: "Order Pipeline",
            "Stage": lambda row: "Cancelled" if row["StatusCode"] == "Draft" else "Processed",
            "External Created Date": moment("EffectiveDate"),
            **associated("AccountId"),
            "Object create date/time": moment("CreatedDate"),
            "Object last modified date/time": last_modified,
            "Archived": flag("IsDeleted"),
        },
    ),
    # HubSpot keeps no invitations: the company lays them beside its export.
    "Survey_Invitation__c": (
        "survey_invitations",
        {
            "invitation_id": number("Id"),
            "customer_id": number("Account__c"),
            "invited_on": day("Invited_On__c"),
            "instrument": text("Instrument__c"),
            "wave": text("Wave__c"),
            "is_deleted": flag("IsDeleted"),
        },
    ),
    "Subscription__c": (
        "subscriptions",
        custom(
            {
                "Start date": day("Start_Date__c"),
                "End date": day("End_Date__c"),
                "MRR": text("MRR__c"),
                "Currency": currency(),
                "Is trial": flag("Is_Trial__c"),
                "Renewal date": day("Renewal_Date__c"),
                "Cancelled date": day("Cancelled_Date__c"),
                "End reason": text("End_Reason__c"),
                "Product": text("Product__c"),
                "Change reason": text("Change_Reason__c"),
            }
        ),
    ),
    "Need__c": (
        "needs",
        custom(
            {
                "Assessed on": day("Assessed_On__c"),
                "Journey stage": text("Journey_Stage__c"),
                "Need": text("Need__c"),
                "Is met": flag("Is_Met__c"),
                "Importance": text("Importance__c"),
                "Accountable function": text("Accountable_Function__c"),
            }
        ),
    ),
    "Advocacy_Activity__c": (
        "advocacy",
        custom(
            {
                "Occurred on": day("Occurred_On__c"),
                "Advocacy kind": text("Kind__c"),
                "Is solicited": flag("Is_Solicited__c"),
                "Rating": text("Rating__c"),
                "Associated Deal IDs": number("Opportunity__c"),
                "Reward code": text("Reward_Code__c"),
            }
        ),
    ),
    "Usage__c": (
        "usage",
        custom(
            {
                "Week start": day("Week_Start__c"),
                "Usage": text("Usage__c"),
                "Active users": text("Active_Users__c"),
            }
        ),
    ),
    "Billing_Event__c": (
        "billing events",
        custom(
            {
                "Occurred on": day("Occurred_On__c"),
                "Billing event": text("Kind__c"),
                "Amount": text("Amount__c"),
                "Currency": currency(),
            }
        ),
    ),
    "Cost__c": (
        "costs",
        custom(
            {
                "Month": day("Month__c"),
                "Purpose": text("Purpose__c"),
                "Channel": text("Channel__c"),
                "Amount": text("Amount__c"),
                "Currency": currency(),
            },
            has_company=False,
        ),
    ),
    "Reference_Ask__c": (
        "reference asks",
        custom(
            {
                "Asked on": day("Asked_On__c"),
                "For company ID": number("For_Account__c"),
                "For deal ID": number("For_Opportunity__c"),
                "Outcome": text("Outcome__c"),
                "Associated Contact IDs": number("Contact__c"),
            }
        ),
    ),
    "Programme_Member__c": (
        "programme members",
        custom(
            {
                "Programme": text("Programme__c"),
                "Assigned on": day("Assigned_On__c"),
                "Arm": text("Arm__c"),
                "Ended on": day("Ended_On__c"),
            }
        ),
    ),
}
ENGAGEMENTS: dict[str, tuple[str, dict[str, Cell]]] = {
    "Call": ("calls", engagement("Call Title", "Call notes", "Call direction")),
    "Meeting": ("meetings", engagement("Meeting name", "Meeting description", "")),
    "Email": ("emails", engagement("Email subject", "Email body", "")),
}
STAGES = tuple(PROBABILITY)


class HubSpotLayout:
    """Companies wait for the one that may have been merged into them, deals for their history."""

    def __init__(self) -> None:
        """Begin with nothing held back."""
        self._company: list[str] | None = None
        self._merged: list[str] = []
        self._entered: dict[str, dict[str, str]] = {}
        self._company_before = ""

    @property
    def files(self) -> Mapping[str, Sequence[str]]:
        """The header of each file; that of a stage is there in both quote styles, as in a real portal."""
        tables = (*OBJECTS.values(), *ENGAGEMENTS.values())
        headers: dict[str, list[str]] = {file: list(cells) for file, cells in tables}
        headers["companies"] = [*(header.strip() for header in COMPANY), "Merged Company IDs"]
        headers["deals"] = [
            *DEAL,
            "Associated Company",
            *associated(""),
            *(
                f"Date entered {mark}{stage} ({PIPELINE}){mark}"
                for stage in STAGES
                for mark in ('"', "'")
            ),
        ]
        return headers

    def translate(self, name: str, row: Row) -> Iterable[FileRow]:
        """Return the rows of HubSpot's files that an object's row becomes."""
        if name == "Account":
            yield from self._translate_company(row)
        elif name == "OpportunityHistory":
            # The twin of a row of the history was deleted; HubSpot keeps no such thing.
            if row["IsDeleted"] == "0" and row["StageName"] != row["FromOpportunityStageName"]:
                entered = self._entered.setdefault(row["OpportunityId"], {})
                entered[row["StageName"]] = short_hour(row["CreatedDate"])
        elif name == "Opportunity":
            yield "deals", self._translate_deal(row)
        elif name == "Task":
            file, cells = ENGAGEMENTS[row["Type"]]
            yield file, [cell(row) for cell in cells.values()]
        elif name in OBJECTS:
            file, cells = OBJECTS[name]
            yield file, [cell({"IsDeleted": "0", **row}) for cell in cells.values()]

    def finish(self) -> Iterator[FileRow]:
        """Return the last company."""
        if self._company:
            yield "companies", [*self._company, ";".join(self._merged)]
            self._company = None
            self._merged = []

    def _translate_company(self, row: Row) -> Iterator[FileRow]:
        """A company that was merged into another is only an id of the last one that is not deleted."""
        cells = [cell(row) for cell in COMPANY.values()]
        if row["MasterRecordId"]:
            self._merged.append(hubspot_id(row["Id"]))
        elif row["IsDeleted"] == "1":
            yield "companies", [*cells, ""]
        else:
            yield from self.finish()
            self._company = cells

    def _translate_deal(self, row: Row) -> list[str]:
        entered = self._entered.pop(row["Id"], {})
        company = all_companies = primary = hubspot_id(row["AccountId"])
        place = int(row["Id"][5:15])
        if place % ONLY_IN_LIST_EVERY == 0:
            primary = ""
            all_companies = f"{company};{self._company_before}" if company else ""
        self._company_before = company or self._company_before
        dates: list[str] = []
        for stage in STAGES:
            both = ("", entered.get(stage, ""))
            dates += both if place % 2 else reversed(both)
        return [*(cell(row) for cell in DEAL.values()), "", all_companies, primary, *dates]
