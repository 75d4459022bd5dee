"""Exports of Dynamics 365, which a mapping reads: quirks 37 to 39 of docs/exports.md."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.mapping import exports
from tests.mapping.conftest import guess_export, load_export_with, rows
from warehouse.mapping.mapping import Mapping

CSV = "saved as CSV by Excel"


@pytest.fixture(params=["xlsx", CSV])
def export(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The export as it comes, and as Excel saves it again."""
    folder = tmp_path / "export"
    if request.param == CSV:
        texts = {name: exports.to_csv(table) for name, table in exports.DYNAMICS.items()}
        return exports.write(folder, texts)
    folder.mkdir()
    for name, table in exports.DYNAMICS.items():
        book = Workbook()
        assert book.active is not None
        for row in table:
            book.active.append(row)
        book.save(folder / f"{name}.xlsx")
    return folder


def headers_of(mapping: Mapping, table: str) -> dict[str, str]:
    (file,) = mapping.feeding(table)
    return {each.column: each.header for each in file.columns}


def test_quirk_37_hidden_columns_and_days_as_excel_counts_them(
    export: Path, tmp_path: Path
) -> None:
    mapping = guess_export(export)
    headers = headers_of(mapping, "opportunities")
    assert headers["opportunity_id"] == "(Do Not Modify) Opportunity"
    assert headers["modified_at"] == "(Do Not Modify) Modified On"
    assert not [name for name in headers.values() if "Checksum" in name]
    with load_export_with(tmp_path, mapping) as connection:
        # (45300 - 25569) * 86400 seconds after 1970 is 9 January 2024.
        assert rows(connection, "select min(created_on) from opportunities") == [
            (date(2024, 1, 9),)
        ]


def test_quirk_38_suffixes_blanks_braces_and_probabilities(export: Path, tmp_path: Path) -> None:
    mapping = guess_export(export)
    assert headers_of(mapping, "customers")["customer_name"] == "Account Name"
    opportunities = headers_of(mapping, "opportunities")
    assert opportunities["customer_id"] in ("Account", "Account Name (Account Name) (Account)")
    assert opportunities["amount"] == "Est. revenue", "not a probability of 60% ..., 0.2 or 20"
    with load_export_with(tmp_path, mapping) as connection:
        assert rows(
            connection,
            "select customer_id, opportunity_id, amount from opportunities where stage = 'Close'",
        ) == [("Acme", exports.GUIDS[3], Decimal(1000))]


def test_quirk_38_a_guid_is_the_same_with_and_without_braces(tmp_path: Path) -> None:
    accounts = [["(Do Not Modify) Account", "Account Name", "Industry"]]
    accounts += [
        [f"{{{guid.upper()}}}", f"Name {n % 2}", "Retail"] for n, guid in enumerate(exports.GUIDS)
    ]
    cases = [["Case Number", "Customer Id", "Created On"]]
    cases += [[f"C{n}", guid, f"2024-05-{n + 13}"] for n, guid in enumerate(exports.GUIDS)]
    files = {"Accounts": exports.to_csv(accounts), "Cases": exports.to_csv(cases)}  # type: ignore[arg-type]
    mapping = guess_export(exports.write(tmp_path / "export", files))
    with load_export_with(tmp_path, mapping) as connection:
        assert not rows(connection, "from rejected_rows")
        assert rows(connection, "select customer_id from cases where case_id = 'C0'") == [
            (exports.GUIDS[0],)
        ]


def test_quirk_39_a_duplicate_closed_as_lost_is_no_loss(export: Path, tmp_path: Path) -> None:
    mapping = guess_export(export)
    with load_export_with(tmp_path, mapping) as connection:
        assert rows(connection, "select is_closed, is_won from opportunities order by created_on") == [
            (True, True), (True, False), (False, False)
        ]  # fmt: skip
        assert rows(
            connection,
            "select accepted, set_aside from load_files where table_name = 'opportunities'",
        ) == [(3, 1)]
