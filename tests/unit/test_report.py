"""What a build says of itself: every file, every row, every check."""

from datetime import date
from pathlib import Path

import pytest

from tests.small_export import AS_OF, FILES, write_export
from warehouse.build import build
from warehouse.gate.report import BuildReport
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    """The report of an export with a bit of everything."""
    folder = tmp_path_factory.mktemp("report")
    case = {"AccountId": "001A", "CreatedDate": "2026-11-01 09:00:00"}
    cases = [
        *FILES["Case"],
        {"Id": "c1", **case},
        *({"Id": f"n{number}", **case, "AccountId": f"nobody {number}"} for number in range(25)),
    ]
    accounts = [
        {**row, "Is_Staff_Or_Partner__c": "maybe" if row["Id"] in ("001A", "001B") else "0"}
        for row in FILES["Account"]
    ]
    export = write_export(folder / "export", Case=cases, Account=accounts)
    (export / "Notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (export / "Lead.csv").write_bytes(bytes(range(256)) * 100)
    task = (export / "Task.csv").read_text(encoding="utf-8").replace("Call", "Café")
    (export / "Task.csv").write_bytes(task.encode("cp1252"))
    return build(export, folder / "warehouse", Settings(), date.fromisoformat(AS_OF))


def line_of(report: BuildReport, start: str) -> list[str]:
    """The words of the one line that begins so."""
    (line,) = [line for line in report.to_text().splitlines() if line.strip().startswith(start)]
    return line.split()


def test_what_was_recognised(report: BuildReport) -> None:
    lines = report.to_text().splitlines()
    assert lines[0] == "Recognised: a Salesforce export"
    assert lines[1].startswith("As-of date: 2026-11-15 (the as-of date was given")
    assert lines[2] == "Currency: none is named"


def test_rows_of_every_file(report: BuildReport) -> None:
    """Rows in, accepted, rejected, deleted, set aside, and the encoding."""
    assert line_of(report, "Account.csv") == "Account.csv customers 6 4 0 1 1 utf-8".split()
    assert line_of(report, "Case.csv") == "Case.csv cases 27 1 26 0 0 utf-8".split()
    assert line_of(report, "Task.csv")[-1] == "windows-1252"
    assert line_of(report, "Notes.csv")[:7] == "Notes.csv - 1 0 0 0 1".split()
    assert "No table uses this file." in report.to_text()


def test_rejections_with_reason_and_line(report: BuildReport) -> None:
    text = report.to_text()
    assert (
        '1 x Case.csv: customer_id matches no row of customers: "nobody 0" (first in line' in text
    )
    assert len(report.rejections) == 20
    assert "  and 6 more for other reasons" in text


def test_notes_name_their_file_and_count(report: BuildReport) -> None:
    text = report.to_text()
    assert "  warning: Lead.csv: The file is not text: export it again as CSV (UTF-8).\n" in text
    assert "Values of is_staff_or_partner that cannot be read count as empty" in text
    assert 'as "maybe" in line 2 of Account.csv. (2 in all)\n' in text


def test_what_is_missing_and_what_was_checked(report: BuildReport) -> None:
    missing = line_of(report, "Not in this export:")
    assert {"needs,", "orders,"} <= set(missing)
    assert "cases," not in missing
    assert report.to_text().count("\n  ok ") == sum(check.holds for check in report.checks)
    assert [check.name for check in report.checks if check.is_broken] == [
        "few_rows_are_rejected",
        "files_can_be_read",
    ]
    assert line_of(report, "Build ")[:2] == ["Build", report.build_id]
    assert report.seconds > 0


def test_of_a_clean_export_only_what_is_left_out_is_said(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export")
    report = build(export, tmp_path / "warehouse", Settings(), date.fromisoformat(AS_OF))
    assert "Rejected rows" not in report.to_text()
    # The small export has an account that was merged and one that was deleted: both leave a gap to explain.
    assert [(note["severity"], note["message"]) for note in report.notes] == [
        ("info", "1 row of Account.csv is dropped: marked as deleted."),
        ("info", "1 row of Account.csv is set aside: merged into another account."),
    ]
