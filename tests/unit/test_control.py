"""A sheet of totals from the CRM: what ties, and for what does not, a bridge that sums."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.tiny import rows_of
from tests.unit.loading import write_export
from warehouse.build import build
from warehouse.publish import open_published
from warehouse.settings import Settings

AS_OF = date(2026, 11, 15)
FILES = {
    # B was merged into A, D is deleted, S is staff
    "Account": (
        "Id,IsDeleted,MasterRecordId,Name,Is_Staff_Or_Partner__c\n"
        "001A,0,,Acme,0\n001B,1,001A,Acme of old,0\n001C,0,,Bolt,0\n001D,1,,Gone,0\n001S,0,,Staff,1\n"
    ),
    # 100 of A, 20 of B (A now), 50 of C in dollars, 7 of D, 9 of staff; a trial, one ended, one without an MRR
    "Subscription__c": (
        "Id,IsDeleted,Account__c,Start_Date__c,End_Date__c,MRR__c,Is_Trial__c,CurrencyIsoCode\n"
        "t1,0,001A,2025-01-01,,10000,0,EUR\n"
        "t2,0,001B,2025-01-01,,20,0,EUR\n"
        "t3,0,001C,2026-10-31,,50,0,USD\n"
        "t4,0,001D,2025-01-01,,7,0,EUR\n"
        "t5,0,001S,2025-01-01,,9,0,EUR\n"
        "t6,0,001C,2025-01-01,,30,1,EUR\n"
        "t7,0,001C,2025-01-01,2026-10-31,40,0,EUR\n"
        "t8,0,001X,2025-01-01,,8,0,EUR\n"
        "t9,0,001C,2025-01-01,,much,0,EUR\n"
    ),
    "Opportunity": (
        "Id,IsDeleted,AccountId,StageName,IsClosed,IsWon,CloseDate,Amount,CreatedDate,CurrencyIsoCode\n"
        "o1,0,001A,Won,1,1,2026-07-01,100,2026-01-05,EUR\n"
        "o2,0,001C,Won,1,1,2026-09-30,40,2026-01-05,USD\n"
        "o3,0,001C,Won,1,1,2026-10-01,1000,2026-01-05,EUR\n"
        "o4,0,001X,Won,1,1,2026-08-01,5,2026-01-05,EUR\n"
        "o5,1,001A,Won,1,1,2026-08-01,6,2026-01-05,EUR\n"
        "o6,0,001S,Won,1,1,2026-08-01,3,2026-01-05,EUR\n"
        "o7,0,,Talks,0,0,2026-12-01,,2026-01-05,\n"
    ),
    "Case": (
        "Id,AccountId,CreatedDate\n"
        "c1,001A,2026-10-31 23:00:00\nc2,,2026-10-01 00:00:00\nc3,001A,2026-11-01 00:00:00\nc4,001A\n"
    ),
    "exchange_rates": "currency,fiscal_year,rate\nUSD,2026,0.5\nEUR,2026,1\n",
}
STEPS = ("deleted", "merged", "not_explained", "rejected", "set_aside", "staff", "unlinked")


@pytest.fixture(scope="module")
def bridges(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, dict[str, Any]]:
    """The bridge of each line of a sheet."""
    sheet = (
        "name,measure,value,starts_on,ends_on,tolerance\n"
        "Accounts,customers,3,,,\n"
        "Accounts of last year,customers,5,,,0.5\n"
        "Cases,cases,4,,,\n"
        "Cases of October,Cases,2,2026-10-01,2026-10-31,\n"
        "Won in Q3,won_opportunities,4,2026-07-01,2026-09-30,\n"
        "Won value in Q3,won_amount,128,2026-07-01,2026-09-30,\n"
        "Won since July,won_amount,1128,2026-07-01,,\n"
        "Open,open_opportunities,1,,,\n"
        "MRR,mrr,10062,,,\n"
        "MRR in October,mrr,10077,,2026-10-30,\n"
        "Customers,active_customers,3,,,\n"
        "Contacts of October,contacts,3,2026-10-01,2026-10-31,\n"
        "Wins,wins,3,,,\n"
    )
    folder = tmp_path_factory.mktemp("control")
    export = write_export(folder / "export", {**FILES, "control_totals": sheet})
    build(export, folder / "warehouse", Settings(), AS_OF)
    with open_published(folder / "warehouse").connection as connection:
        columns = [row[0] for row in rows_of(connection, "describe control_bridge")]
        rows = rows_of(connection, "select * from control_bridge")
    return {row[0]: dict(zip(columns, row, strict=True)) for row in rows}


@pytest.mark.parametrize(
    ("name", "ours", "steps"),
    [
        ("Accounts", 3, {"deleted": 1, "merged": 1}),
        ("Accounts of last year", 3, {"deleted": 1, "merged": 1, "not_explained": -2}),
        # c2 has no customer, c4 is cut short
        ("Cases", 2, {"rejected": 1, "unlinked": 1}),
        ("Cases of October", 1, {"unlinked": 1}),
        ("Won in Q3", 2, {"rejected": 1, "deleted": 1, "staff": 1}),
        # 100 + 40 x 0.5
        ("Won value in Q3", 120, {"rejected": 5, "deleted": 6, "staff": 3}),
        ("Won since July", 1120, {"rejected": 5, "deleted": 6, "staff": 3}),
        ("Open", 1, {}),
        # 10,000 + 20 + 50 x 0.5; what cannot be read has no value to sum
        ("MRR", 10045, {"rejected": 8, "deleted": 7, "staff": 9}),
        # at the end of the 30th the dollars have not begun and the 40 run
        ("MRR in October", 10060, {"rejected": 8, "deleted": 7, "staff": 9}),
        # A and C; a row of nobody has no customer to count
        ("Customers", 2, {"deleted": 1, "staff": 1}),
    ],
)
def test_each_line_ties_or_says_why_not(
    bridges: Mapping[str, dict[str, Any]], name: str, ours: int, steps: dict[str, int]
) -> None:
    bridge = bridges[name]
    assert bridge["ours"] == ours
    assert {step: bridge[step] for step in STEPS if bridge[step]} == steps
    assert bridge["problem"] is None


def test_every_bridge_sums(bridges: Mapping[str, dict[str, Any]]) -> None:
    for bridge in bridges.values():
        if bridge["problem"]:
            continue
        held = sum(bridge[step] for step in ("control_total", "deleted", "merged", "not_explained"))
        left_out = ("rejected", "deleted", "merged", "set_aside", "staff", "unlinked")
        total = held - sum(bridge[step] for step in left_out) + bridge["by_rule"]
        assert total == bridge["ours"]
        assert bridge["by_rule"] == Decimal(0), bridge["name"]


def test_the_report_says_each_bridge_in_a_line(tmp_path: Path) -> None:
    sheet = "name,measure,value\nCases,cases,5\nDeals,deals,1\n"
    totals = "period_start,revenue\n2026-07-01,30000\n2026-10-01,1\n"
    files = {**FILES, "control_totals": sheet, "finance_totals": totals}
    report = build(
        write_export(tmp_path / "export", files), tmp_path / "warehouse", Settings(), AS_OF
    )
    assert report.bridges == [
        "Cases: 5 in the CRM - 1 not explained - 1 rejected - 1 without a customer = 2 here",
        "Deals: its measure is neither a table nor one of open_opportunities, won_opportunities, won_amount,"
        " active_customers, mrr",
        "Quarter from 2026-07-01: 30,000 in the ledger + 180 not explained = 30,180 of MRR accrued by day here",
        "Quarter from 2026-10-01: the quarter is not over",
    ]
    assert "Reconciliation:\n  Cases: 5 in the CRM" in report.to_text()
    # nobody reading the reasons knows what the contract calls a column of the CRM
    assert (
        'customer_id matches no row of customers: "001X" (first in line 9; its column there: Account__c)'
        in report.to_text()
    )


def test_one_number_is_called_here(tmp_path: Path) -> None:
    """The bridge's end, which the product shows; what is compared with the report has a name of its own."""
    sheet = "name,measure,value,starts_on,ends_on\nWon,won_amount,100,2026-07-01,2026-09-30\nMRR,mrr,9000,,\n"
    files = {
        **FILES,
        "control_totals": sheet,
        "finance_totals": "period_start,revenue\n2026-07-01,20000\n",
        "Order": "Id,AccountId,EffectiveDate,TotalAmount,CurrencyIsoCode\nd1,001A,2026-07-05,500,EUR\n",
    }
    report = build(
        write_export(tmp_path / "export", files), tmp_path / "warehouse", Settings(), AS_OF
    )
    checks = {check.name: check.examples for check in report.checks}
    assert checks["control_totals_tie"] == (
        "control total Won is 100.00 in the CRM and 120.00 here (before staff and partners: 123.00)",
        "control total MRR is 9,000.00 in the CRM and 10,045.00 here (before staff and partners: 10,054.00)",
    )
    assert [bridge.rsplit(" = ")[1] for bridge in report.bridges] == [
        "10,045 here",
        "120 here",
        "30,180 of MRR accrued by day here",
    ]
    (quarter,) = checks["finance_totals_tie"]
    assert "is 20,000.00 in the ledger and 30,180.00 of MRR accrued by day here" in quarter


@pytest.mark.parametrize(
    ("value", "words"),
    [(5, "1 deleted and 1 merged"), (4, "1 deleted"), (3, ""), (6, ""), (2, "")],
)
def test_a_difference_of_what_was_deleted_or_merged_says_so(
    tmp_path: Path, value: int, words: str
) -> None:
    sheet = f"name,measure,value\nAccounts,customers,{value}\n"
    report = build(
        write_export(tmp_path / "export", {**FILES, "control_totals": sheet}),
        tmp_path / "warehouse",
        Settings(),
        AS_OF,
    )
    (bridge,) = report.bridges
    hint = f"equals the {words}: does the report of the CRM count them?"
    assert (hint in bridge) == bool(words)
    assert ("equals" in bridge) == bool(words)
    (remark,) = (check.examples for check in report.checks if check.name == "control_totals_tie")
    assert [hint in each for each in remark] == ([] if value == 3 else [bool(words)])


def test_a_line_that_cannot_be_understood_says_so(bridges: Mapping[str, dict[str, Any]]) -> None:
    assert "neither a table nor one of open_opportunities" in bridges["Wins"]["problem"]
    assert "have no date" in bridges["Contacts of October"]["problem"]


def test_an_export_without_a_sheet_has_no_bridge(sample_warehouse: Path) -> None:
    with open_published(sample_warehouse).connection as connection:
        assert rows_of(connection, "select count(*) from control_bridge") == [(0,)]
