"""What Salesforce calls things -> what the contract calls them."""

import tomllib
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
import sqlglot

from tests.unit.loading import load, rows, write_export
from warehouse.contract import load_contract
from warehouse.reading.recognise import SOURCES
from warehouse.reading.source import load_source
from warehouse.staging.views import bind_view

FOLDER = SOURCES / "salesforce"
SOURCE = load_source(FOLDER)


def test_every_file_feeds_a_table_that_has_a_select() -> None:
    assert {table.feeds for table in SOURCE.tables} == set(SOURCE.selects)
    assert set(SOURCE.selects) <= set(load_contract())
    for table in SOURCE.tables:
        assert table.instants <= set(table.columns), table.name


@pytest.mark.parametrize("name", sorted(SOURCE.selects))
def test_selects_give_the_columns_of_the_contract_even_without_a_file(name: str) -> None:
    with duckdb.connect() as connection:
        for table in SOURCE.tables:
            bind_view(connection, table, [], "UTC")
        given = [column for column, *_ in rows(connection, f"describe {SOURCE.selects[name]}")]
        assert rows(connection, SOURCE.selects[name]) == []
    books = ["is_deleted", "set_aside", "source_file", "source_line", "modified_at"]
    contract = [column.name for column in load_contract()[name].columns]
    assert set(given) == {*contract, *books}


@pytest.mark.parametrize("name", sorted(SOURCE.selects))
def test_selects_run_on_spark_too(name: str) -> None:
    assert sqlglot.transpile(SOURCE.selects[name], read="duckdb", write="spark")


def test_every_declared_column_is_read() -> None:
    sql = "".join(SOURCE.selects.values())
    declared = tomllib.loads((FOLDER / "source.toml").read_text(encoding="utf-8"))["files"]
    for fields in declared.values():
        for column in (*fields["needed"], *fields["optional"]):
            assert f'"{column}"' in sql, f"{fields['file']}.{column}"


def test_account(tmp_path: Path) -> None:
    accounts = (
        "Id,IsDeleted,MasterRecordId,Name,ParentId,BillingCountry,Industry,OwnerId,CreatedDate,"
        "Segment__c,Persona__c,Size_Band__c,Language__c,Is_Staff_Or_Partner__c\n"
        "001A,0,,Acme,000000000000000AAA,Spain,Energy,005A,2025-01-02 23:30:00,Mid,Buyer,S,es,1\n"
    )
    connection = load(write_export(tmp_path / "export", {"Account": accounts}))
    assert rows(connection, "select * exclude (source_line) from customers") == [
        (
            "001A",
            "Acme",
            date(2025, 1, 2),
            None,
            None,
            "Mid",
            "Buyer",
            "Energy",
            "Spain",
            "005A",
            None,
            "S",
            "es",
            True,
            "Account.csv",
            "load_1",
        )
    ]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("New", "new"),
        ("NEW BUSINESS", "new"),
        ("New Customer", "new"),
        ("renewal", "renewal"),
        ("Existing Customer - Replacement", "renewal"),
        ("Expansion", "expansion"),
        ("upsell", "expansion"),
        ("Existing Customer - Upgrade", "expansion"),
        ("", None),
        ("Services", None),
    ],
)
def test_kind_of_an_opportunity(tmp_path: Path, given: str, kind: str | None) -> None:
    opportunities = (
        "Id,AccountId,StageName,IsClosed,IsWon,CreatedDate,CloseDate,Type,Amount\n"
        f"0061,,Offer,1,0,2026-01-05 10:00:00,2026-02-01 00:00:00,{given},12.5\n"
        f"0062,001A,Offer,0,0,2026-01-05 10:00:00,2026-12-01 00:00:00,{given},\n"
    )
    connection = load(write_export(tmp_path / "export", {"Opportunity": opportunities}))
    query = "select customer_id, created_on, closed_on, is_won, kind from opportunities order by opportunity_id"
    assert rows(connection, query) == [
        (None, date(2026, 1, 5), date(2026, 2, 1), False, kind),
        ("001A", date(2026, 1, 5), None, False, kind),
    ]
    unknown = 2 if given == "Services" else None
    assert rows(connection, "select sum(row_count) from load_notes where column_name = 'kind'") == [
        (unknown,)
    ]


def test_stage_history(tmp_path: Path) -> None:
    history = (
        "OpportunityId,StageName,FromOpportunityStageName,CreatedDate,Amount,CurrencyIsoCode\n"
        "0061,Offer,,2026-01-05 10:00:00,10,EUR\n"
        "0061,Offer,Offer,2026-01-06 10:00:00,12,EUR\n"
        "0061,Won,Offer,2026-01-07 10:00:00,12,EUR\n"
    )
    opportunities = "Id,StageName,IsClosed,IsWon,CreatedDate\n0061,Won,1,1,2026-01-05 10:00:00\n"
    connection = load(
        write_export(
            tmp_path / "export", {"Opportunity": opportunities, "OpportunityHistory": history}
        )
    )
    assert rows(
        connection, "select stage, entered_at, amount from opportunity_stages order by 2"
    ) == [
        ("Offer", datetime(2026, 1, 5, 10), 10),
        ("Won", datetime(2026, 1, 7, 10), 12),
    ]
    books = "select accepted, set_aside from load_files where file = 'OpportunityHistory.csv'"
    assert rows(connection, books) == [(2, 1)]


@pytest.mark.parametrize(
    ("kind", "is_complaint", "expected"),
    [
        ("Question", "1", "complaint"),
        ("Problem", "0", "incident"),
        ("incident", "", "incident"),
        ("QUESTION", "", "question"),
        ("Electrical", "", None),
        ("Complaint", "", "complaint"),
        ("Complaint", "0", None),
    ],
)
def test_kind_of_a_case(tmp_path: Path, kind: str, is_complaint: str, expected: str | None) -> None:
    cases = (
        "Id,AccountId,Type,Is_Complaint__c,CreatedDate,IsClosed,ClosedDate\n"
        f"5001,000000000000000AAA,{kind},{is_complaint},2026-01-05 10:00:00,1,2026-01-06 11:00:00\n"
        f"5002,001A,{kind},{is_complaint},2026-01-05 10:00:00,0,2026-01-06 11:00:00\n"
        f"5003,001A,{kind},{is_complaint},2026-01-05 10:00:00,,2026-01-06 11:00:00\n"
    )
    connection = load(write_export(tmp_path / "export", {"Case": cases}))
    closed_at = datetime(2026, 1, 6, 11)
    assert rows(connection, "select customer_id, kind, closed_at from cases order by case_id") == [
        (None, expected, closed_at),
        ("001A", expected, None),
        ("001A", expected, closed_at),
    ]


def test_tasks_and_events_are_activities(tmp_path: Path) -> None:
    tasks = (
        "Id,AccountId,WhoId,WhatId,Subject,ActivityDate,CreatedDate,Type,CallType,TaskSubtype,Description,"
        "Theme__c\n"
        "00T1,,003A,001A,Hello,2026-01-05 00:00:00,2026-01-04 10:00:00,,Outbound,,,\n"
        "00T2,001B,00Q1,,Mail,,2026-01-04 10:00:00,Email,,,Long text,Cancel_Threat\n"
        "00T3,,000000000000000AAA,006A,Other,,2026-01-04 10:00:00,Meeting,,,,\n"
    )
    events = "Id,AccountId,CreatedDate,ActivityDate,Type\n00U1,001A,2026-01-04 10:00:00,2026-01-09,Demo\n"
    connection = load(write_export(tmp_path / "export", {"Task": tasks, "Event": events}))
    query = (
        "select activity_id, customer_id, occurred_on, kind, direction, note, theme, contact_id, source_file"
        " from activities order by 1"
    )
    assert rows(connection, query) == [
        ("00T1", "001A", date(2026, 1, 5), "call", "outbound", "Hello", None, "003A", "Task.csv"),
        (
            "00T2",
            "001B",
            date(2026, 1, 4),
            "email",
            None,
            "Long text",
            "cancel_threat",
            None,
            "Task.csv",
        ),
        ("00T3", None, date(2026, 1, 4), "meeting", None, "Other", None, None, "Task.csv"),
        ("00U1", "001A", date(2026, 1, 9), "event", None, None, None, None, "Event.csv"),
    ]
    assert rows(
        connection, "select sum(rows_in) from load_files where table_name = 'activities'"
    ) == [(4,)]


def test_campaign_members_belong_to_the_account_of_their_contact(tmp_path: Path) -> None:
    export = write_export(
        tmp_path / "export",
        {
            "Contact": "Id,AccountId,FirstName,LastName\n003A,001A,Ada,Byron\n003A,001B,,Twice\n",
            "Campaign": "Id,Name,Type,StartDate,ActualCost,Objective__c\n701A,Fair,Event,2026-03-01,5,Retention\n",
            "CampaignMember": (
                "CampaignId,ContactId,LeadId,HasResponded,CreatedDate\n"
                "701A,003A,000000000000000AAA,1,2026-03-01 10:00:00\n"
                "701A,000000000000000AAA,00QA,0,2026-03-01 10:00:00\n"
                "701X,003A,,0,2026-03-01 10:00:00\n"
            ),
        },
    )
    connection = load(export)
    assert rows(connection, "select contact_name from contacts") == [("Ada Byron",)]
    assert rows(connection, "select name, channel, objective, cost from campaigns") == [
        ("Fair", "Event", "retention", 5)
    ]
    assert rows(
        connection, "select customer_id, lead_id, has_responded from campaign_members order by 1"
    ) == [("001A", None, True), (None, "00QA", False)]
    assert rows(
        connection, "select reason from rejected_rows where file = 'CampaignMember.csv'"
    ) == [('campaign_id matches no row of campaigns: "701X"',)]


def test_orders_are_activated_and_without_a_contract(tmp_path: Path) -> None:
    """A draft may never be one, and what is under a contract is money of its term."""
    orders = (
        "Id,AccountId,ContractId,EffectiveDate,StatusCode,CurrencyIsoCode,TotalAmount,Margin__c,IsDeleted\n"
        "801A,001A,000000000000000AAA,2026-03-01 00:00:00,Activated,EUR,99.5,40,0\n"
        "801B,001A,,2026-03-01 00:00:00,Activated,EUR,-20,,0\n"
        "801C,001A,,2026-03-02 00:00:00,Draft,EUR,10,,0\n"
        "801D,001A,8001,2026-03-02 00:00:00,Activated,EUR,10,,0\n"
        "801E,001A,8001,2026-03-02 00:00:00,Draft,EUR,10,,1\n"
    )
    connection = load(write_export(tmp_path / "export", {"Order": orders}))
    query = "select order_id, customer_id, ordered_on, amount, margin from orders order by 1"
    assert rows(connection, query) == [
        ("801A", "001A", date(2026, 3, 1), 99.5, 40),
        ("801B", "001A", date(2026, 3, 1), -20, None),
    ]
    books = "select accepted, deleted, set_aside from load_files where file = 'Order.csv'"
    assert rows(connection, books) == [(2, 1, 2)]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Survey_Invitation__c", "Id,Account__c,Invited_On__c,Instrument__c,Wave__c"),
        ("survey_invitations", "invitation_id,customer_id,invited_on,instrument,wave"),
    ],
)
def test_invitations_are_an_object_or_a_file_beside(tmp_path: Path, name: str, header: str) -> None:
    line = "i1,001A,2026-03-01 00:00:00,NPS,2026H1\n"
    connection = load(write_export(tmp_path / "export", {name: f"{header}\n{line}"}))
    query = "select invitation_id, customer_id, invited_on, contact_id, instrument, wave from survey_invitations"
    assert rows(connection, query) == [("i1", "001A", date(2026, 3, 1), None, "nps", "2026H1")]


def test_custom_objects(tmp_path: Path) -> None:
    """The columns of the issue: picklists in the contract's own words, whatever their case."""
    export = write_export(
        tmp_path / "export",
        {
            "Survey_Response__c": (
                "Id,Account__c,Responded_On__c,Instrument__c,Score__c,Comment__c,Is_Complaint__c\n"
                "a1,001A,2026-03-01 00:00:00,NPS,10,Fine,0\n"
                "a2,,2026-03-01,csat,5,,\n"
                "a3,001A,2026-03-01,csat,6,,\n"
                "a4,001A,2026-03-01,ces,0,,\n"
                "a5,001A,2026-03-01,nps,11,,\n"
                "a6,001A,2026-03-01,smile,1,,\n"
            ),
            "Need__c": (
                "Id,Account__c,Assessed_On__c,Journey_Stage__c,Need__c,Is_Met__c,Importance__c\n"
                "n1,001A,2026-03-01,onboarding,training,1,4\n"
            ),
            "Advocacy_Activity__c": (
                "Id,Account__c,Occurred_On__c,Kind__c,Is_Solicited__c,Rating__c,Reward_Code__c\n"
                "v1,001A,2026-03-01,Review,0,4.5,\n"
            ),
            "Usage__c": (
                "Account__c,Week_Start__c,Usage__c,Active_Users__c\n"
                "001A,2026-03-02,1.5,3\n"
                "001A,2026-03-10,1,3\n"
                "001A,2026-03-16,-1,3\n"
                "001A,2026-03-23,1,2.5\n"
            ),
            "Billing_Event__c": "Id,Account__c,Occurred_On__c,Kind__c\nb1,001A,2026-03-01,Late_Payment\n",
            "Cost__c": "Month__c,Purpose__c,Channel__c,Amount__c\n2026-03-01,service,phone,10\n",
            "Reference_Ask__c": (
                "Id,Account__c,Asked_On__c,For_Account__c,Outcome__c\nr1,001A,2026-03-01,001B,Declined\n"
            ),
            "Programme_Member__c": (
                "Programme__c,Account__c,Assigned_On__c,Arm__c,Ended_On__c\n"
                "Voices,001A,2026-03-01,Treated,\n"
                "Voices,001B,2026-03-01,holdout,2026-02-01\n"
            ),
            "User": "Id,FirstName,LastName,Department,IsActive\n005A,Ada,Byron,Sales,1\n005B,,,,\n",
            "Order": "Id,AccountId,EffectiveDate,TotalAmount\n801A,001A,2026-03-01 00:00:00,99.5\n",
        },
    )
    connection = load(export)
    answers = "select response_id, customer_id, instrument, score from survey_responses order by 1"
    assert rows(connection, answers) == [("a1", "001A", "nps", 10), ("a2", None, "csat", 5)]
    assert rows(connection, "select need, is_met, importance from needs") == [("training", True, 4)]
    assert rows(connection, "select kind, is_solicited, rating from advocacy_events") == [
        ("review", False, 4.5)
    ]
    assert rows(connection, "select week_start, usage, active_users from usage order by 1") == [
        (date(2026, 3, 2), 1.5, 3),
        (date(2026, 3, 23), 1, None),
    ]
    assert rows(connection, "select kind, amount from billing_events") == [("late_payment", None)]
    assert rows(connection, "select month, purpose, channel, amount from costs") == [
        (date(2026, 3, 1), "service", "phone", 10)
    ]
    assert rows(connection, "select for_customer_id, outcome from reference_asks") == [
        ("001B", "declined")
    ]
    assert rows(connection, "select customer_id, arm from programme_members") == [
        ("001A", "treated")
    ]
    assert rows(connection, "select owner_name, function, is_active from owners") == [
        ("Ada Byron", "Sales", True)
    ]
    assert rows(connection, "select ordered_on, amount from orders") == [(date(2026, 3, 1), 99.5)]
    assert rows(connection, "select reason from rejected_rows order by file, line") == [
        ("ended_on is before assigned_on",),
        ("score is outside the 1 to 5 of CSAT",),
        ("score is outside the 1 to 7 of CES",),
        ("score is outside the 0 to 10 of NPS",),
        ('instrument is none of nps, csat, ces: "smile"',),
        ("week_start is not a Monday",),
        ("usage is negative",),
        ("owner_name is missing",),
    ]


def test_leads_without_a_creation_date_are_rejected_and_stop_nothing(tmp_path: Path) -> None:
    """A demo's Lead.csv has no CreatedDate at all: no metric reads leads, so the rest is built."""
    lead = "Id,Company\n00Q1,Acme\n00Q2,Bolt\n"
    connection = load(write_export(tmp_path / "export", {"Lead": lead}))
    assert rows(connection, "select distinct reason from rejected_rows") == [
        ("created_on is missing",)
    ]
    assert rows(connection, "select rows_in, rejected from load_files where file = 'Lead.csv'") == [
        (2, 2)
    ]
