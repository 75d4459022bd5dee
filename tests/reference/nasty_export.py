"""Salesforce exports as they should not be, and sometimes are."""

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from tests.reference.worlds import World, make_world

Cells: TypeAlias = dict[str, str]
Files: TypeAlias = dict[str, list[Cells]]

NO_RECORD = "000000000000000AAA"
# File, its columns and where a made-up company has them.
LAYOUT: dict[str, tuple[str, dict[str, str]]] = {
    "Account": (
        "customers",
        {
            "Id": "customer_id",
            "MasterRecordId": "merged_into_id",
            "Name": "customer_name",
            "CreatedDate": "created_on",
            "Segment__c": "segment",
            "Is_Staff_Or_Partner__c": "is_staff_or_partner",
        },
    ),
    "Subscription__c": (
        "subscriptions",
        {
            "Id": "subscription_id",
            "Account__c": "customer_id",
            "Start_Date__c": "started_on",
            "End_Date__c": "ended_on",
            "MRR__c": "mrr",
            "Is_Trial__c": "is_trial",
            "Change_Reason__c": "change_reason",
        },
    ),
    "Opportunity": (
        "opportunities",
        {
            "Id": "opportunity_id",
            "AccountId": "customer_id",
            "CreatedDate": "created_on",
            "StageName": "stage",
            "IsClosed": "is_closed",
            "IsWon": "is_won",
            "CloseDate": "closed_on",
            "Amount": "amount",
            "Type": "kind",
        },
    ),
    "OpportunityHistory": (
        "opportunity_stages",
        {"OpportunityId": "opportunity_id", "StageName": "stage", "CreatedDate": "entered_at"},
    ),
    "Case": (
        "cases",
        {
            "Id": "case_id",
            "AccountId": "customer_id",
            "CreatedDate": "opened_at",
            "ClosedDate": "closed_at",
            "Type": "kind",
            "IsEscalated": "is_escalated",
            "CSAT__c": "csat",
        },
    ),
    "Survey_Response__c": (
        "survey_responses",
        {
            "Id": "response_id",
            "Account__c": "customer_id",
            "Responded_On__c": "responded_on",
            "Instrument__c": "instrument",
            "Score__c": "score",
            "Comment__c": "comment",
            "Is_Complaint__c": "is_complaint",
        },
    ),
    "Advocacy_Activity__c": (
        "advocacy_events",
        {
            "Id": "event_id",
            "Account__c": "customer_id",
            "Occurred_On__c": "occurred_on",
            "Kind__c": "kind",
            "Is_Solicited__c": "is_solicited",
            "Rating__c": "rating",
            "Reward_Code__c": "reward_code",
            "Opportunity__c": "opportunity_id",
        },
    ),
    "Reference_Ask__c": (
        "reference_asks",
        {
            "Id": "ask_id",
            "Account__c": "customer_id",
            "Asked_On__c": "asked_on",
            "For_Opportunity__c": "for_opportunity_id",
            "Outcome__c": "outcome",
        },
    ),
    "Task": (
        "activities",
        {
            "Id": "activity_id",
            "AccountId": "customer_id",
            "ActivityDate": "occurred_on",
            "CreatedDate": "occurred_on",
            "Type": "kind",
            "Theme__c": "theme",
        },
    ),
    "Usage__c": (
        "usage",
        {"Account__c": "customer_id", "Week_Start__c": "week_start", "Usage__c": "usage"},
    ),
    "Billing_Event__c": (
        "billing_events",
        {
            "Id": "event_id",
            "Account__c": "customer_id",
            "Occurred_On__c": "occurred_on",
            "Kind__c": "kind",
        },
    ),
}
# What a company may lack, table by table and column by column.
OPTIONAL_FILES = tuple(name for name in LAYOUT if name not in ("Account", "Subscription__c"))
OPTIONAL_COLUMNS = {
    "Account": ("CreatedDate", "MasterRecordId", "Segment__c", "Is_Staff_Or_Partner__c", "Name"),
    "Subscription__c": ("End_Date__c", "Is_Trial__c", "Change_Reason__c", "CurrencyIsoCode"),
    "Opportunity": ("CloseDate", "Amount", "Type", "AccountId", "CurrencyIsoCode"),
    "Case": ("ClosedDate", "Is_Complaint__c", "Type", "IsEscalated", "CSAT__c", "AccountId"),
    "Survey_Response__c": ("Comment__c", "Is_Complaint__c"),
    "Advocacy_Activity__c": ("Rating__c", "Reward_Code__c", "Opportunity__c"),
    "Reference_Ask__c": ("For_Opportunity__c", "Outcome__c"),
    "Task": ("Theme__c", "AccountId"),
}


def cell_of(value: Any) -> str:
    """A value as Salesforce writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return f"{value} 00:00:00" if isinstance(value, dt.date) else str(value)


def files_of(world: World) -> Files:
    """A made-up company as the rows of an export."""
    return {
        name: [
            {"IsDeleted": "0", "CurrencyIsoCode": "EUR"}
            | {column: cell_of(row.get(source)) for column, source in columns.items()}
            for row in world.tables.get(table, [])
        ]
        for name, (table, columns) in LAYOUT.items()
    }


def nasty_files(seed: int) -> tuple[Files, dt.date]:
    """A made-up company with everything that may be wrong in an export, and its as-of date."""
    world = make_world(Random(seed))
    files = files_of(world)
    for part in (
        accounts(world.as_of),
        terms(world.as_of),
        deals(world.as_of),
        voices(world.as_of),
    ):
        for name, rows in part.items():
            files[name] += [{"IsDeleted": "0", **row} for row in rows]
    return files, world.as_of


def row_of(columns: str, *values: str) -> Cells:
    """A row from the names of its columns."""
    return dict(zip(columns.split(), values, strict=True))


def too_late(as_of: dt.date) -> str:
    """A change of a row that is not accepted says nothing about how far the data goes."""
    return f"{as_of + dt.timedelta(days=40)} 12:00:00"


def accounts(as_of: dt.date) -> Files:
    """Deleted, merged, doubled and similar accounts, and one of staff."""
    columns = "Id IsDeleted MasterRecordId Name Segment__c Is_Staff_Or_Partner__c"
    rows = (
        ("N-one", "0", "", "Größe \x81", "Außendienst", "0"),
        ("N-ONE", "0", NO_RECORD, "Other case", "small", ""),
        ("N-one", "0", "", "The second of one id", "enterprise", "0"),
        ("N-deleted", "1", NO_RECORD, "Deleted", "small", "0"),
        ("N-of-deleted", "1", "N-deleted", "Merged into a deleted one", "small", "0"),
        ("N-first", "1", "N-second", "First of a chain", "small", "0"),
        ("N-second", "1", "N-third", "Second of a chain", "small", "1"),
        ("N-third", "0", "", "Last of a chain", " enterprise ", "0"),
        ("N-live", "0", "N-third", "Merged, not deleted", "", "0"),
        ("N-lost", "1", "N-never", "Merged into nothing", "small", "0"),
        ("N-ring", "0", "N-gnir", "Merged in a circle", "small", "0"),
        ("N-gnir", "0", "N-ring", "Merged in a circle", "small", "0"),
        ("N-twice", "1", "", "Deleted, and there again", "small", "0"),
        ("N-twice", "0", "", "There", "enterprise", "0"),
        ("N-staff", "0", "", "Staff", "small", "1"),
        ("N-trial", "0", "", "Trial", "small", "x"),
        ("N-back", "0", "", "Back again", "", ""),
        ("N-plan", "0", "", "A line\nbreak", "unknown", "0"),
        ("N-money", "0", "", "Quotes \"'; drop", "small", "0"),
        ("", "0", "", "Nobody", "small", "0"),
    )
    found = [row_of(columns, *row) for row in rows]
    for row in found:
        if row["Id"] in ("N-deleted", "N-live", "N-ring", "") or row["Name"].startswith("The sec"):
            row["LastModifiedDate"] = too_late(as_of)
    return {"Account": found}


def terms(as_of: dt.date) -> Files:
    """Terms of these accounts; what is refused is small, for a build refuses to lose much MRR."""

    def day(back: int) -> str:
        return f"{as_of - dt.timedelta(days=back)} 00:00:00"

    columns = "Id Account__c CurrencyIsoCode Start_Date__c End_Date__c MRR__c Is_Trial__c"
    rows = (
        ("t01", "N-one", "USD", day(700), day(301), "100.00", "0"),
        ("t02", "N-one", "USD", day(301), "", "110.000001", "0"),
        ("t33", "N-one", "USD", day(298), "", "1.00", "0"),
        ("t33", "N-one", "USD", day(297), "", "1.25", "0"),
        ("t03", "N-ONE", "GBP", day(500), day(0), "33.333333", "0"),
        ("t04", "N-deleted", "EUR", day(500), "", "50", "0"),
        ("t05", "N-of-deleted", "EUR", day(500), "", "50", "0"),
        ("t06", "N-first", "EUR", day(600), day(200), "70", "0"),
        ("t07", "N-second", "EUR", day(200), day(100), "70", ""),
        ("t08", "N-third", "EUR", day(150), "", "90.5", "0"),
        ("t09", "N-live", "USD", day(400), day(50), "11", "0"),
        ("t10", "N-staff", "EUR", day(400), "", "1000", "0"),
        ("t11", "N-trial", "EUR", day(300), day(270), "40", "1"),
        ("t12", "N-trial", "EUR", day(270), day(90), "40", "0"),
        ("t13", "N-back", "EUR", day(650), day(430), "60", "0"),
        ("t14", "N-back", "EUR", day(400), day(399), "60", "0"),
        ("t15", "N-back", "EUR", day(35), "", "65", "0"),
        ("t16", "N-plan", "EUR", day(500), day(100), "20", "0"),
        ("t17", "N-plan", "EUR", day(100), day(93), "25", "0"),
        ("t18", "N-plan", "EUR", day(93), "not a day", "30", "0"),
        ("t19", "N-money", "000", day(420), day(380), "1.5E2", "0"),
        ("t20", "N-money", "USD", day(380), day(20), "150.1234565", "0"),
        ("t21", "N-money", "USD", day(20), "", "0.000001", "0"),
        ("t22", "N-money", "EUR", day(300), day(300), "0.01", "0"),
        ("t23", "N-money", "EUR", day(300), day(310), "0.01", "0"),
        ("t24", "N-money", "EUR", day(300), "", "-0.01", "0"),
        ("t25", "N-money", "EUR", "2025-02-30", "", "0.01", "0"),
        ("t26", "N-money", "EUR", day(300), "", "ten", "0"),
        ("t27", "N-money", "EUR", day(300), "", "0", "0"),
        ("t28", "N-nobody", "EUR", day(300), "", "0.01", "0"),
        ("t29", NO_RECORD, "EUR", day(300), "", "0.01", "0"),
        ("t34", "N-lost", "EUR", day(300), "", "0.01", "0"),
        ("t35", "N-ring", "EUR", day(300), "", "0.01", "0"),
        ("t36", "N-twice", "EUR", day(300), "", "12", "0"),
        ("t37", "N-twice", "JPY", day(300), "", "0.01", "0"),
        ("t30", "N-one", "EUR", day(-10), "", "500", "0"),
    )
    found = [row_of(columns, *row) for row in rows]
    found.append({**found[0], "Id": "t31", "IsDeleted": "1", "SystemModstamp": too_late(as_of)})
    found.append({**found[0], "Id": "t32", "MRR__c": "5", "End_Date__c": "2099-01-01"})
    return {"Subscription__c": found}


def deals(as_of: dt.date) -> Files:
    """Opportunities of all sorts, and their stages."""

    def at(back: int, time: str = "00:00:00") -> str:
        return f"{as_of - dt.timedelta(days=back)} {time}"

    columns = "Id AccountId CreatedDate IsClosed IsWon CloseDate Amount Type CurrencyIsoCode"
    rows = (
        ("d01", "N-one", at(60, "23:30:00"), "1", "1", at(30), "1000", "NEW Business", "USD"),
        ("d02", "", at(61, "23:30:00"), "1", "0", at(20), "500.5", "", "GBP"),
        ("d03", NO_RECORD, at(5), "0", "0", at(-60), "700", "New Customer", "EUR"),
        ("d04", "N-nobody", at(5), "0", "0", at(-60), "700", "New", "EUR"),
        ("d05", "N-deleted", at(5), "0", "0", at(-60), "700", "New", "EUR"),
        ("d06", "N-first", at(90), "1", "1", at(0), "0", "Partner", "EUR"),
        ("d07", "N-third", at(90), "1", "1", at(91), "-5", "new", "EUR"),
        ("d08", "N-back", at(40), "1", "1", at(50), "", "new", "EUR"),
        ("d09", "N-plan", at(40), "1", "1", at(40), "a lot", "new", "EUR"),
        ("d10", "N-plan", at(400), "1", "1", at(7), "90", "Renewal", "EUR"),
        ("d11", "N-one", at(9), "1", "1", at(7), "90", "existing customer - REPLACEMENT", "USD"),
        ("d12", "N-ONE", at(9), "1", "1", at(7), "90", "Existing Customer - Upgrade", "GBP"),
        ("d13", "N-ONE", at(9), "1", "1", at(7), "90", "Upsell", "GBP"),
        ("d14", "N-staff", at(9), "1", "1", at(7), "5000", "new", "EUR"),
        ("d15", "N-money", at(9), "perhaps", "0", at(7), "90", "new", "EUR"),
        ("d16", "N-money", at(9), "1", "0", "soon", "90", "new", "EUR"),
        ("d17", "N-money", "", "0", "0", at(7), "90", "new", "EUR"),
        ("d18", "N-money", at(0, "22:59:59"), "0", "0", at(100), "90", "new", ""),
        ("d19", "N-money", at(100), "true", "FALSE", at(-3), "90", "new", "000"),
        ("d01", "N-money", at(100), "1", "1", at(4), "90000", "new", "EUR"),
        ("d22", "N-twice", at(70), "1", "1", at(60), "77", "new", "JPY"),
        ("d23", "N-twice", at(70), "1", "1", at(60), "", "new", "JPY"),
        ("d24", "N-back", at(30), "0", "0", at(-9), "60", "new", "EUR"),
        ("d20", "N-ONE", at(200), "0", "1", at(100), "44", "new", "GBP"),
    )
    found = [{**row_of(columns, *row), "StageName": "Proposal"} for row in rows]
    found.append({**found[0], "Id": "d21", "IsDeleted": "1"})
    columns = "OpportunityId StageName FromOpportunityStageName CreatedDate"
    stages = (
        ("d03", "Discovery", "", at(5, "10:00:00")),
        ("d03", "Discovery", "Discovery", at(4, "10:00:00")),
        ("d24", "Proposal", "Proposal", at(20, "10:00:00")),
        ("d03", "Proposal", "Discovery", at(0, "23:30:00")),
        ("d18", "Proposal", "", at(0, "23:10:00")),
        ("d20", "Proposal", "", at(200, "23:10:00")),
        ("d20", "Proposal", "", at(200, "23:10:00")),
        ("d20", "Discovery", "Proposal", at(27, "23:10:00")),
        ("d20", "Discovery", "Proposal", "yesterday"),
        ("d05", "Proposal", "", at(5, "10:00:00")),
        ("d99", "Proposal", "", at(5, "10:00:00")),
    )
    return {"Opportunity": found, "OpportunityHistory": [row_of(columns, *row) for row in stages]}


def voices(as_of: dt.date) -> Files:
    """Cases, answers, acts, conversations, usage and bills."""

    def at(back: int, time: str = "00:00:00") -> str:
        return f"{as_of - dt.timedelta(days=back)} {time}"

    cases = (
        ("k01", "N-one", at(100), at(0, "22:30:00"), "Complaint", "0", "5", "1"),
        ("k02", "N-back", at(7, "23:45:00"), "", "", "1", "", "0"),
        ("k03", "N-first", at(200, "23:45:00"), at(110), "complaint", "", "9", ""),
        ("k04", "", at(20), "", "Complaint", "1", "", "1"),
        ("k05", NO_RECORD, at(20), "", "Complaint", "1", "", "1"),
        ("k06", "N-nobody", at(20), "", "Complaint", "1", "", "1"),
        ("k07", "N-plan", "2025-13-01 00:00:00", "", "Complaint", "1", "", "1"),
        ("k08", "N-plan", at(30), "never", "Question", "yes", "", "0"),
        ("k08", "N-ONE", at(30), "", "Complaint", "1", "", "0"),
        ("k09", "N-third", at(-1, "00:30:00"), "", "Complaint", "1", "", "perhaps"),
        ("k10", "N-trial", at(89), at(80), "Other", "maybe", "4", "1"),
        ("k11", "N-twice", at(60), "", "Complaint", "0", "", "0"),
    )
    answers = (
        ("v01", "N-one", at(0), "nps", "11", ""),
        ("v02", "N-one", at(90), "nps", "10", ""),
        ("v03", "N-ONE", at(91), "nps", "10", ""),
        ("v04", "N-back", at(10), "csat", "0", ""),
        ("v05", "N-back", at(10), "ces", "7", ""),
        ("v06", "N-plan", at(10), "csat", "2", "Slow"),
        ("v07", "N-third", at(10), "stars", "5", ""),
        ("v08", "N-third", at(10), "nps", "", ""),
        ("v09", "N-second", at(9), "nps", "9", ""),
        ("v10", "N-first", at(9), "nps", "3", "Bad"),
        ("v11", "", at(9), "nps", "3", "Bad"),
        ("v12", "N-staff", at(9), "nps", "0", "Bad"),
        ("v13", "N-deleted", at(9), "nps", "0", "Bad"),
        ("v14", "N-money", at(-1), "nps", "0", "Bad"),
        ("v15", "N-money", at(8), "csat", "5", ""),
        ("v09", "N-money", at(8), "csat", "1", ""),
    )
    acts = (
        ("e01", "N-back", at(100), "referral", "0", "", ""),
        ("e02", "N-back", at(50), "reference", "1", "", ""),
        ("e03", "N-third", at(50), "review", "0", "4", "GIFT"),
        ("e04", "N-money", at(50), "review", "0", "", ""),
        ("e05", "N-money", at(50), "gossip", "0", "5", ""),
        ("e06", "N-money", at(50), "referral", "?", "5", ""),
        ("e07", "N-plan", at(150), "review", "0", "1", ""),
        ("e08", "N-ONE", at(5), "social", "0", "high", ""),
        ("e09", "N-one", at(6), "referral", "0", "", ""),
        ("e10", "", at(6), "referral", "0", "", ""),
    )
    monday = as_of - dt.timedelta(days=as_of.weekday(), weeks=20)
    usage = [
        ("N-one", f"{monday + dt.timedelta(weeks=week)} 00:00:00", "100" if week < 14 else "60")
        for week in range(19)
    ]
    usage += [
        ("N-one", f"{monday} 00:00:00", "100000"),
        ("N-back", f"{monday + dt.timedelta(days=1)} 00:00:00", "10"),
        ("N-back", f"{monday} 00:00:00", "-1"),
        ("N-back", f"{monday} 00:00:00", "12,5"),
        (NO_RECORD, f"{monday} 00:00:00", "1"),
    ]
    case_columns = "Id AccountId CreatedDate ClosedDate Type IsEscalated CSAT__c Is_Complaint__c"
    answer_columns = "Id Account__c Responded_On__c Instrument__c Score__c Comment__c"
    act_columns = "Id Account__c Occurred_On__c Kind__c Is_Solicited__c Rating__c Reward_Code__c"
    task = "Id AccountId ActivityDate CreatedDate Theme__c"
    bill = "Id Account__c Occurred_On__c Kind__c"
    return {
        "Case": [row_of(case_columns, *row) for row in cases],
        "Survey_Response__c": [row_of(answer_columns, *row) for row in answers],
        "Advocacy_Activity__c": [row_of(act_columns, *row) for row in acts],
        "Task": [
            row_of(task, "p1", "N-trial", at(95), at(95, "09:00:00"), "cancel_threat"),
            row_of(task, "p2", NO_RECORD, at(5), at(5, "09:00:00"), "cancel_threat"),
            row_of(task, "p3", "N-third", "someday", at(5, "09:00:00"), "cancel_threat"),
            row_of(task, "p4", "N-first", at(120), at(120, "09:00:00"), "cancel_threat"),
        ],
        "Usage__c": [row_of("Account__c Week_Start__c Usage__c", *row) for row in usage],
        "Billing_Event__c": [
            row_of(bill, "b1", "N-one", at(3), "late_payment"),
            row_of(bill, "b2", "N-plan", at(3), "credit"),
            row_of(bill, "b3", "N-deleted", at(3), "late_payment"),
        ],
    }


def rates(reporting: str) -> list[Cells]:
    """Rates of three fiscal years; those of one year only are the right ones."""
    worth = {"EUR": "1", "USD": "0.9253171", "GBP": "1.15"}
    if reporting == "GBP":
        worth = {"EUR": "0.8643217", "USD": "0.795"}
    elif reporting == "USD":
        worth = {"EUR": "1.0807", "USD": "1.0", "GBP": "1.2435"}
    return [
        {"currency": currency, "fiscal_year": str(year), "rate": f"{rate}{year - 2024}"}
        if currency != reporting
        else {"currency": currency, "fiscal_year": str(year), "rate": rate}
        for currency, rate in worth.items()
        for year in (2025, 2026, 2027)
        if "." in rate or currency == reporting
    ]


def vary(files: Files, seed: int) -> Files:
    """The export with shuffled rows, and without some optional columns and files."""
    random = Random(seed)
    lost = {name for name in OPTIONAL_FILES if random.random() < 0.2}
    varied: Files = {}
    for name, rows in files.items():
        if name in lost:
            continue
        columns = [c for c in OPTIONAL_COLUMNS.get(name, ()) if random.random() < 0.25]
        kept = [{key: cell for key, cell in row.items() if key not in columns} for row in rows]
        random.shuffle(kept)
        varied[name] = kept
    return varied


def without_terms(seed: int) -> tuple[Files, dt.date]:
    """A nasty export without subscriptions, with 60 won opportunities and the contracts of some."""
    files, as_of = nasty_files(seed)
    random = Random(seed)
    accounts = [row["Id"] for row in files["Account"]] + [""]
    contracts: list[Cells] = []
    for number in range(60):
        won = as_of - dt.timedelta(days=random.choice((0, 6, 91, 181, 183, 364, 365, 371, 500)))
        opportunity = row_of(
            "Id AccountId StageName IsClosed IsWon CreatedDate CloseDate Amount Type",
            f"won{number}", random.choice(accounts), "Closed Won", "1", "1",
            f"{won - dt.timedelta(days=40)} 09:30:00", str(won),
            random.choice(("1200", "0", "", "3333.33", "600")),
            random.choice(("New Customer", "Renewal", "Existing Customer - Upgrade", "", "Other")),
        )  # fmt: skip
        if random.random() < 0.4:
            opportunity["ContractId"] = f"800{number}"
            begins = won + dt.timedelta(days=random.choice((-30, 0, 14, 60)))
            ends = begins + dt.timedelta(days=random.choice((364, 365, 89, -1)))
            months = random.choice(("", "12", "24"))
            days = (str(begins), str(ends) if months == "" else "")
            row = row_of(
                "Id IsDeleted StartDate EndDate ContractTerm",
                f"800{number}",
                random.choice("0001"),
                *days,
                months,
            )
            contracts.append(row)
        files["Opportunity"].append(opportunity)
    contracts.append(
        row_of("Id IsDeleted StartDate EndDate ContractTerm", "800x", "0", "2026-01-01", "", "12")
    )
    return {**without(files, "Subscription__c"), "Contract": contracts}, as_of


def without(files: Files, name: str) -> Files:
    """The files but one."""
    return {each: rows for each, rows in files.items() if each != name}


def write_files(folder: Path, files: Mapping[str, Iterable[Cells]], reporting: str) -> Path:
    """Write the export in three encodings, with files that no table uses and a cut last row."""
    folder.mkdir(parents=True)
    encodings = {"Account": "latin-1", "Opportunity": "cp1252", "Case": "utf-8-sig"}
    for name, rows in {**files, "Exchange_Rates": rates(reporting)}.items():
        kept = list(rows)
        columns = list(dict.fromkeys(column for row in kept for column in row))
        path = folder / (f"{name.upper()}.CSV" if name == "Task" else f"{name}.csv")
        with path.open("w", encoding=encodings.get(name, "utf-8"), newline="") as file:
            writer = csv.DictWriter(
                file, columns, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n"
            )
            writer.writeheader()
            writer.writerows(kept)
    (folder / "Widget__c.csv").write_text('"Id","Colour__c"\n"w1","red"\n', encoding="utf-8")
    if "Contract" not in files:
        (folder / "Contract.csv").write_text('"Id","AccountId"\n', encoding="utf-8")
    (folder / "readme.txt").write_text("Not a table.\n", encoding="utf-8")
    if "Subscription__c" in files:
        with (folder / "Subscription__c.csv").open("a", encoding="utf-8") as file:
            file.write('"t99","N-one"\n')
    return folder
