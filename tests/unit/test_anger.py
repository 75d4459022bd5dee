"""What the tiers cannot know for lack of data: no complaint field, no cases, cases that nobody closes."""

from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.unit.loading import load, rows, write_export
from warehouse.build import build
from warehouse.gate.check import CheckResult
from warehouse.gate.report import BuildReport
from warehouse.publish import open_published
from warehouse.reading.places import find_line, find_section
from warehouse.settings import Settings

AS_OF = date(2026, 11, 15)
TERMS = "Id,Account__c,Start_Date__c,MRR__c\ns1,001A,2026-01-01,10\ns2,001B,2026-01-01,10\n"
CASE = "Id,AccountId,CreatedDate,IsClosed,ClosedDate,Type,IsEscalated"


def build_files(tmp_path: Path, files: Mapping[str, str]) -> BuildReport:
    """A build of two customers with these files beside them."""
    export = write_export(tmp_path / "export", {"Subscription__c": TERMS, **files})
    return build(export, tmp_path / "warehouse", Settings(), AS_OF)


def check(tmp_path: Path, files: Mapping[str, str]) -> CheckResult:
    """What is said of anger that could be seen."""
    checks = build_files(tmp_path, files).checks
    return next(each for each in checks if each.name == "anger_can_be_seen")


def line_of(path: str, text: str) -> int:
    """The first line of a file of this repository that reads so."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip() == text)


def test_no_field_marks_a_complaint_and_the_report_says_which_lines_to_edit(tmp_path: Path) -> None:
    case = f"{CASE}\nc1,001A,2026-11-01 09:00:00,1,2026-11-02 09:00:00,Electrical,0\n"
    result = check(tmp_path, {"Case": case})
    assert result.beside == "tiers"
    assert result.examples == (
        "nobody could look angry: no field of the 1 cases marks a complaint, and none is escalated",
    )
    folder = "warehouse/sources/salesforce"
    # The expression of `kind` is the only one that begins with a plain `case` there.
    with closing(open_published(tmp_path / "warehouse").connection) as connection:
        assert rows(connection, "select message from load_notes where column_name = 'kind'") == [
            (
                "No field of the cases marks a complaint and none is escalated, so nobody can look angry: name the"
                f" field in line {line_of(f'{folder}/cases.sql', 'case')} of {folder}/cases.sql and line"
                f" {line_of(f'{folder}/source.toml', '[files.case]')} of {folder}/source.toml.",
            )
        ]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        # a flag that says no is an answer
        (
            f"{CASE},Is_Complaint__c",
            "c1,001A,2026-11-01 09:00:00,1,2026-11-02 09:00:00,Electrical,0,0",
        ),
        # an old escalation shows that escalations are known, though it no longer counts
        (CASE, "c1,001A,2025-01-01 09:00:00,1,2025-01-02 09:00:00,Electrical,1"),
        (CASE, "c1,001A,2025-01-01 09:00:00,1,2025-01-02 09:00:00,Complaint,0"),
    ],
)
def test_where_anger_could_be_seen_nothing_is_said(tmp_path: Path, header: str, row: str) -> None:
    answer = "Id,Account__c,Responded_On__c,Instrument__c,Score__c\nr1,001A,2026-11-01,nps,9\n"
    assert check(tmp_path, {"Case": f"{header}\n{row}\n", "Survey_Response__c": answer}).holds


def test_no_cases_at_all(tmp_path: Path) -> None:
    report = build_files(tmp_path, {})
    (found,) = [each.examples for each in report.checks if each.name == "anger_can_be_seen"]
    assert found == (
        "no case data loaded: that nobody is actively dissatisfied does not mean that nobody is unhappy",
    )
    folder = "warehouse/sources/salesforce"
    assert (
        f"Without cases nobody can look angry: they are read by {folder}/cases.sql and line"
        f" {line_of(f'{folder}/source.toml', '[files.case]')} of {folder}/source.toml."
    ) in report.to_text()


def test_cases_that_are_never_closed_are_warned_of_by_number_and_age(tmp_path: Path) -> None:
    """Of the as-of date 365 days back is too old; a close date after the as-of date is none yet."""
    case = (
        f"{CASE}\n"
        "c1,001A,2025-11-15 09:00:00,0,,Complaint,0\n"
        "c2,001A,2025-11-16 09:00:00,0,,Complaint,0\n"
        "c3,001A,2024-11-15 09:00:00,1,2026-11-20 09:00:00,Complaint,0\n"
        "c4,001A,2024-11-15 09:00:00,1,2026-11-15 09:00:00,Complaint,0\n"
    )
    connection = load(write_export(tmp_path / "export", {"Case": case}))
    assert open_cases(connection) == [
        "2 cases have been open for longer than 365 days, the oldest for 730 days: never closed, they no longer"
        " count for a tier. Close in the CRM what is done."
    ]


def test_one_forgotten_case_and_none(tmp_path: Path) -> None:
    one = f"{CASE}\nc1,001A,2025-11-01 09:00:00,0,,Complaint,0\n"
    (note,) = open_cases(load(write_export(tmp_path / "one", {"Case": one})))
    assert note.startswith("1 case has been open for longer than 365 days (379 days): never closed")
    assert open_cases(load(write_export(tmp_path / "none", {"Case": f"{CASE}\n"}))) == []


def open_cases(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = rows(connection, "select message from load_notes where column_name = 'closed_at'")
    return [message for (message,) in found]


def test_the_line_of_a_column() -> None:
    sql = """select
    "Id" as case_id,
    case
        when "A" then case when "B" then 1 end
    end as kind,
    "X" as "priority"
from raw_case"""
    assert [find_line(sql, name) for name in ("case_id", "kind", "priority", "origin")] == [
        2,
        3,
        6,
        None,
    ]
    assert find_section('name = "x"\n\n[files.case]\n', "case") == 3
    assert find_section("", "case") is None
