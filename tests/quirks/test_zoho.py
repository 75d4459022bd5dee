"""Zoho's exports, which a mapping reads: quirks 34 to 36 of docs/exports.md."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.mapping import exports
from tests.mapping.conftest import guess_export, load_export_with, rows
from warehouse.mapping.mapping import Mapping
from warehouse.settings import Settings


def guess_zoho(tmp_path: Path, files: dict[str, str] = exports.ZOHO) -> Mapping:
    return guess_export(exports.write(tmp_path / "export", files))


def headers_of(mapping: Mapping, table: str) -> dict[str, str]:
    (file,) = mapping.feeding(table)
    return {each.column: each.header for each in file.columns}


def test_quirk_34_ids_meet_with_and_without_their_prefix(tmp_path: Path) -> None:
    mapping = guess_zoho(tmp_path)
    headers = headers_of(mapping, "customers")
    assert headers["customer_id"] == "Record Id"
    assert headers["owner_id"] == "Account Owner.id", "of the pair X.id and X the id"
    with load_export_with(tmp_path, mapping, Settings(decimal_mark=".")) as connection:
        assert rows(connection, "select customer_id from customers order by 1") == [
            ("1",), ("2",), ("3",)
        ]  # fmt: skip
        assert rows(connection, "select customer_id from opportunities order by opportunity_id") == [
            ("1",), ("2",), ("3",)
        ]  # fmt: skip
        assert rows(connection, "select distinct owner_id from opportunities") == [("9",)]


def test_quirk_35_dates_amounts_and_the_history_module(tmp_path: Path) -> None:
    mapping = guess_zoho(tmp_path)
    tables = {file.stems[0]: file.table for file in mapping.files}
    assert tables["deals"] == "opportunities"
    assert tables["deals__2024_09_09"] == "opportunity_stages"
    assert headers_of(mapping, "opportunity_stages")["stage"] == "Moved To"
    with load_export_with(tmp_path, mapping, Settings(decimal_mark=".")) as connection:
        assert rows(
            connection,
            "select created_on, closed_on, amount from opportunities order by opportunity_id",
        ) == [
            (date(2024, 1, 6), date(2024, 3, 1), Decimal(1000)),
            (date(2024, 2, 6), date(2024, 4, 1), Decimal(500)),
            (date(2024, 5, 6), None, Decimal(700)),
        ]
        assert rows(connection, "select stage, cast(entered_at as date) from opportunity_stages") == [
            ("Closed Won", date(2024, 3, 1)), ("Closed Lost", date(2024, 4, 1))
        ]  # fmt: skip
    # The name of next week's file is another: its headers find it.
    later = tmp_path / "export" / "Deals__2024_09_16.csv"
    (tmp_path / "export" / "Deals__2024_09_09.csv").rename(later)
    with load_export_with(tmp_path, mapping, Settings(decimal_mark=".")) as connection:
        assert rows(connection, "select count(*) from opportunity_stages") == [(2,)]


def test_quirk_36_modules_and_their_lookups_are_renamed(tmp_path: Path) -> None:
    headers = headers_of(guess_zoho(tmp_path), "opportunities")
    assert headers["customer_id"] == "Principal Name.id", "a renamed lookup is found by its values"
    assert headers["opportunity_id"] == "Deal Id"


def test_quirk_36_company_name_stands_for_account_name(tmp_path: Path) -> None:
    files = {
        name: text.replace("Account Name", "Company Name").replace("Principal Name", "Company Name")
        for name, text in exports.ZOHO.items()
    }
    mapping = guess_zoho(tmp_path, files)
    assert headers_of(mapping, "customers")["customer_name"] == "Company Name"
    assert headers_of(mapping, "opportunities")["customer_id"] == "Company Name.id"
