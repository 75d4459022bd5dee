"""Quirks 30, 33, 37 and 40 to 44 of docs/exports.md: files that passed through many hands."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.quirks.own import TOML, load_own
from tests.unit.loading import rejections, rows
from warehouse.errors import StandingError

DEALS = "select opportunity_id, created_on, amount from opportunities order by 1"


def test_quirk_30_a_mark_money_with_signs_and_two_kinds_of_dates(tmp_path: Path) -> None:
    text = 'id,created,amount\nd1,2025-03-27 13:01,"$21,000"\nd2,3/27/2025,58.8k\nd3,TBD,TBD\nd4,3/28/2025,TBD\n'
    connection = load_own(tmp_path, deals__csv=text.encode("utf-8-sig"))
    assert rows(connection, DEALS) == [
        ("d1", date(2025, 3, 27), Decimal(21_000)),
        ("d2", date(2025, 3, 27), Decimal(58_800)),
        ("d4", date(2025, 3, 28), None),
    ]
    assert rejections(connection) == [
        (4, "created_on", 'created_on is no date of the form 2026-11-15: "TBD"')
    ]


def test_quirk_30_utf_16_with_tabs(tmp_path: Path) -> None:
    text = "id\tcreated\tamount\nd1\t2025-03-27\t5\n"
    connection = load_own(tmp_path, deals__csv=text.encode("utf-16"))
    assert rows(connection, DEALS) == [("d1", date(2025, 3, 27), Decimal(5))]
    assert rows(
        connection, "select encoding, dialect from load_files where file = 'deals.csv'"
    ) == [("utf-16", "\t")]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_quirk_33_whatever_the_delimiter_and_the_mark(
    tmp_path: Path, mark: str, delimiter: str
) -> None:
    text = mark + "id,created,amount\nd1,2025-03-27,5\n".replace(",", delimiter)
    connection = load_own(tmp_path, deals__csv=text.encode())
    assert rows(connection, DEALS) == [("d1", date(2025, 3, 27), Decimal(5))]


def test_quirk_37_serial_dates_in_a_file_saved_again(tmp_path: Path) -> None:
    text = b"id;created;closed\nd1;45000;45000,5\nd2;45001.25;20230316\n"
    connection = load_own(tmp_path, deals__csv=text)
    assert rows(connection, "select opportunity_id, created_on, closed_on from opportunities") == [
        ("d1", date(2023, 3, 15), None),
        ("d2", date(2023, 3, 16), date(2023, 3, 16)),
    ]


def test_quirk_37_a_workbook_with_hidden_columns_and_a_header_that_begins_with_a_blank(
    tmp_path: Path,
) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.create_sheet("accounts", 0)
    for row in (
        ["(Do Not Modify) Account", "(Do Not Modify) Row Checksum", " Full Name"],
        ["a1", "x", "Acme"],
    ):
        sheet.append(row)
    deals = workbook.create_sheet("deals")
    for row in (
        ["id", "account", "created", "amount"],
        ["d1", "a1", date(2023, 3, 15), 17850.0],
        ["d2", "a1", 45000, 0.5],
    ):
        deals.append(row)
    data = io.BytesIO()
    workbook.save(data)
    (tmp_path / "export").mkdir()
    connection = load_own(tmp_path, accounts__csv=b"id\n", crm__xlsx=data.getvalue())
    assert rows(connection, "select customer_id, customer_name from customers") == [("a1", "Acme")]
    assert rows(connection, DEALS) == [
        ("d1", date(2023, 3, 15), Decimal(17850)),
        ("d2", date(2023, 3, 15), Decimal("0.5")),
    ]


def test_quirk_40_a_mark_semicolons_and_carriage_returns(tmp_path: Path) -> None:
    text = "id;created;amount\r\nd1;21-08-2025;5\r\nd2;03-04-2025;6\r\n"
    connection = load_own(tmp_path, deals__csv=text.encode("utf-8-sig"))
    assert rows(connection, DEALS) == [
        ("d1", date(2025, 8, 21), Decimal(5)),
        ("d2", date(2025, 4, 3), Decimal(6)),
    ]


def test_quirk_41_money_in_real_and_columns_without_a_name(tmp_path: Path) -> None:
    text = 'id,created,amount,,,\nd1,2025-03-27,"R$ 58,138.00",,,\nd2,2025-03-27,"R$ 5.00",1,2,3\n'
    connection = load_own(tmp_path, deals__csv=text.encode())
    assert rows(connection, DEALS) == [
        ("d1", date(2025, 3, 27), Decimal(58_138)),
        ("d2", date(2025, 3, 27), Decimal(5)),
    ]


def test_quirk_42_short_years_days_without_separators_and_open_ends(tmp_path: Path) -> None:
    text = "id,created,closed\nd1,21/01/21,9999-12-31 23:59:59\nd2,30/12/21,19970101\n"
    connection = load_own(tmp_path, deals__csv=text.encode())
    assert rows(connection, "select created_on, closed_on from opportunities order by 1") == [
        (date(2021, 1, 21), date(9999, 12, 31)),
        (date(2021, 12, 30), date(1997, 1, 1)),
    ]


def test_quirk_43_ids_that_look_like_floats(tmp_path: Path) -> None:
    accounts = b"id,name\n17850.0,Acme\n1.0.0,Bolt\n"
    deals = b"id,created,account\nd1,2025-03-27,17850\nd2,2025-03-27,17850.0\nd3,2025-03-27,1.0.0\n"
    connection = load_own(tmp_path, accounts__csv=accounts, deals__csv=deals)
    assert rows(connection, "select customer_id from opportunities order by opportunity_id") == [
        ("17850",),
        ("17850",),
        ("1.0.0",),
    ]


def test_quirk_43_a_blank_number_is_none(tmp_path: Path) -> None:
    connection = load_own(tmp_path, deals__csv=b'id,created,amount\nd1,2025-03-27," "\n')
    assert rows(connection, DEALS) == [("d1", date(2025, 3, 27), None)]
    assert rows(connection, "select count(*) from load_notes where severity = 'warning'") == [(0,)]


def test_quirk_43_blanks_after_a_value_and_the_same_id_twice(tmp_path: Path) -> None:
    accounts = b"id,name,channel\n1,Acme,Paid Search \n2,Bolt,Paid Search\n2 ,Bolt,Paid Search\n"
    connection = load_own(tmp_path, accounts__csv=accounts)
    assert rows(connection, "select distinct segment from customers") == [("Paid Search",)]
    assert rejections(connection) == [
        (4, "customer_id", "the key 2 stands already in accounts.csv, line 3")
    ]


@pytest.mark.parametrize(
    "accounts",
    [
        "id,IsDeleted\n1,0\n2,1\n",
        "id,is_deleted\n1,false\n2,true\n",
        "id,status\n1,active\n2,Deleted\n",
    ],
)
def test_quirk_43_deleted_is_said_in_three_ways(tmp_path: Path, accounts: str) -> None:
    connection = load_own(tmp_path, accounts__csv=accounts.encode())
    assert rows(connection, "select accepted, deleted from load_files") == [(1, 1)]


def test_quirk_44_day_and_month_are_never_guessed(tmp_path: Path) -> None:
    text = b"id,created\nd1,04/09/2010\nd2,02/10/2010\n"
    with pytest.raises(
        StandingError, match=r'deals.csv: the dates of "created".*02/10/2010, 04/09/2010'
    ):
        load_own(tmp_path, deals__csv=text)


def test_quirk_44_a_file_with_both_swapped_can_be_declared(tmp_path: Path) -> None:
    text = b"id,created\nd1,2010-04-09\nd2,2010-31-01\n"
    toml = TOML + '[files.deal.date_formats]\ncreated = "%Y-%d-%m"\n'
    assert rows(load_own(tmp_path, toml=toml, deals__csv=text), DEALS) == [
        ("d1", date(2010, 9, 4), None),
        ("d2", date(2010, 1, 31), None),
    ]


def test_duplicate_headers_are_both_within_reach(tmp_path: Path) -> None:
    text = b"id,created,amount,amount\nd1,2025-03-27,,7\nd2,2025-03-27,6,8\n"
    assert rows(load_own(tmp_path, deals__csv=text), DEALS) == [
        ("d1", date(2025, 3, 27), Decimal(7)),
        ("d2", date(2025, 3, 27), Decimal(6)),
    ]
