"""Quirks 1 to 17 of docs/exports.md: Salesforce's weekly export."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.loading import TERMS_HEADER, load, rejections, rows, write_export
from warehouse.errors import StandingError
from warehouse.reading.recognise import SOURCES
from warehouse.settings import Settings

DEALS = "Id,AccountId,StageName,IsClosed,IsWon,CloseDate,CreatedDate,Amount,CurrencyIsoCode\n"
NOBODY = "000000000000000AAA"


def test_quirk_01_all_quoted_with_line_feeds_and_no_mark(tmp_path: Path) -> None:
    connection = load(
        write_export(tmp_path / "export", {"Account": '"Id","IsDeleted"\n"001A","0"\n'})
    )
    assert rows(connection, "select rows_in, accepted, encoding, dialect from load_files") == [
        (1, 1, "utf-8", ",")
    ]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        (b"Caf\xc3\xa9", "utf-8"),
        (b"Caf\xe9 \x93Paris\x94", "windows-1252"),
        (b"Caf\xe9 \x81", "latin-1"),
    ],
)
def test_quirk_02_the_encoding_is_found(tmp_path: Path, name: bytes, encoding: str) -> None:
    data = b'"Id","IsDeleted","Name"\n"001A","0","' + name + b'"\n'
    connection = load(write_export(tmp_path / "export", {"Account": data}))
    codec = {"windows-1252": "cp1252"}.get(encoding, encoding)
    assert rows(connection, "select customer_name from customers") == [
        (name.decode(codec).strip(),)
    ]
    assert rows(connection, "select encoding from load_files") == [(encoding,)]


def test_quirk_02_cells_that_were_encoded_twice_stay_as_they_are(tmp_path: Path) -> None:
    twice = "Caf\u00c3\u00a9"
    connection = load(
        write_export(tmp_path / "export", {"Account": f"Id,IsDeleted,Name\n001A,0,{twice}\n"})
    )
    assert rows(connection, "select customer_name from customers") == [(twice,)]


def test_quirk_03_booleans_are_0_and_1(tmp_path: Path) -> None:
    deals = (
        DEALS
        + "o1,001A,Won,1,0,2026-01-05,2026-01-01,,\no2,001A,Won,true,YES,2026-01-05,2026-01-01,,\n"
    )
    connection = load(write_export(tmp_path / "export", {"Opportunity": deals}))
    assert rows(
        connection, "select is_closed, is_won from opportunities order by opportunity_id"
    ) == [
        (True, False),
        (True, True),
    ]


def test_quirk_04_days_carry_midnight_and_moments_are_in_utc(tmp_path: Path) -> None:
    deals = DEALS + "o1,001A,Won,1,1,2023-09-06 00:00:00,2023-10-28 22:45:25,,\n"
    export = write_export(tmp_path / "export", {"Opportunity": deals})
    connection = load(export, Settings(time_zone="Europe/Berlin"))
    assert rows(connection, "select closed_on, created_on from opportunities") == [
        (date(2023, 9, 6), date(2023, 10, 29))
    ]


def test_quirk_05_an_empty_lookup_joins_nothing(tmp_path: Path) -> None:
    deals = DEALS + f"o1,{NOBODY},Won,0,0,,2026-01-01,5,000\no2,,Won,0,0,,2026-01-01,5,\n"
    account = f"Id,IsDeleted,MasterRecordId,ParentId\n001A,0,{NOBODY},{NOBODY}\n"
    connection = load(write_export(tmp_path / "export", {"Account": account, "Opportunity": deals}))
    assert rejections(connection) == []
    assert rows(connection, "select customer_id, currency from opportunities") == [(None, None)] * 2
    assert rows(connection, "select parent_id, merged_into_id from customers") == [(None, None)]


@pytest.mark.parametrize("end", [" ", "\n", "\r\n"])
def test_quirk_06_line_ends_in_cells(tmp_path: Path, end: str) -> None:
    account = f'"Id","IsDeleted","Name"\n"001A","0","Acme{end}Ltd"\n"001B","0","Bolt"\n'
    connection = load(write_export(tmp_path / "export", {"Account": account}))
    assert rows(connection, "select customer_name from customers order by customer_id") == [
        (f"Acme{end}Ltd",),
        ("Bolt",),
    ]


def test_quirk_07_ids_differ_in_the_case_of_their_letters(tmp_path: Path) -> None:
    account = "Id,IsDeleted\n001bm00001ZL8U9AAL,0\n001bm00001ZL8u9AAL,0\n"
    connection = load(write_export(tmp_path / "export", {"Account": account}))
    assert rows(connection, "select count(*) from customers") == [(2,)]


def test_quirk_08_deleted_rows_are_dropped_and_counted(tmp_path: Path) -> None:
    account = "Id,IsDeleted\n001A,0\n001B,1\n"
    connection = load(write_export(tmp_path / "export", {"Account": account}))
    assert rows(connection, "select accepted, deleted from load_files") == [(1, 1)]


def test_quirk_09_flags_decide_whatever_the_stage_is_called(tmp_path: Path) -> None:
    deals = DEALS + (
        "o1,001A,Negociación,0,0,,2026-01-01,,\no2,001A,Closed Won,0,0,,2026-01-01,,\n"
        "o3,001A,Firmas,1,1,,2026-01-01,,\n"
    )
    connection = load(write_export(tmp_path / "export", {"Opportunity": deals}))
    assert rows(
        connection, "select stage, is_closed, is_won from opportunities order by opportunity_id"
    ) == [
        ("Negociación", False, False),
        ("Closed Won", False, False),
        ("Firmas", True, True),
    ]


def test_quirk_10_no_number_rests_on_the_forecast_category() -> None:
    for path in (SOURCES / "salesforce").iterdir():
        assert "ForecastCategory" not in path.read_text(encoding="utf-8"), path.name


def test_quirk_11_currencies_in_one_column_are_never_summed_without_rates(tmp_path: Path) -> None:
    codes = ("USD", "MXN", "MXN")
    deals = DEALS + "".join(
        f"o{n},001A,Won,1,1,2026-01-05,2026-01-01,100,{code}\n" for n, code in enumerate(codes)
    )
    export = write_export(tmp_path / "export", {"Opportunity": deals})
    settings = Settings(reporting_currency="USD")
    with pytest.raises(StandingError, match="MXN"):
        load(export, settings)
    rates = "currency,fiscal_year,rate\nMXN,2026,0.05\n"
    write_export(export, {"exchange_rates": rates, "Opportunity": deals})
    assert rows(load(export, settings), "select sum(amount) from opportunities") == [
        (Decimal(110),)
    ]


def test_quirk_12_a_history_row_with_the_same_stage_is_no_move(tmp_path: Path) -> None:
    deals = DEALS + "o1,001A,Won,1,1,2026-01-05,2026-01-01,100,\n"
    history = (
        "OpportunityId,StageName,FromOpportunityStageName,CreatedDate\n"
        "o1,Won,Won,2026-01-03 10:00:00\no1,Won,Talks,2026-01-02 10:00:00\no1,Talks,,2026-01-01 10:00:00\n"
    )
    export = write_export(
        tmp_path / "export", {"Opportunity": deals, "OpportunityHistory": history}
    )
    connection = load(export)
    assert rows(
        connection,
        "select accepted, set_aside from load_files where file = 'OpportunityHistory.csv'",
    ) == [(2, 1)]


def test_quirk_13_closed_before_it_was_created(tmp_path: Path) -> None:
    deals = DEALS + "o1,001A,Won,1,1,2023-07-01,2023-10-28 20:45:25,100,\n"
    connection = load(write_export(tmp_path / "export", {"Opportunity": deals}))
    assert rows(connection, "select closed_on < created_on from opportunities") == [(True,)]


def test_quirk_14_exponents_in_texts_and_numbers_and_the_mark_for_nothing(tmp_path: Path) -> None:
    terms = TERMS_HEADER + "integration1.4407085834085586E12,001A,2026-01-05,#N/A,1.44070858E2\n"
    connection = load(write_export(tmp_path / "export", {"Subscription__c": terms}))
    assert rows(connection, "select subscription_id, ended_on, mrr from subscriptions") == [
        ("integration1.4407085834085586E12", None, Decimal("144.070858"))
    ]


def test_quirk_15_several_values_in_one_cell_are_one_text(tmp_path: Path) -> None:
    account = 'Id,IsDeleted,Segment__c,Language__c\n001A,0,Retail;Travel,"French, English"\n'
    connection = load(write_export(tmp_path / "export", {"Account": account}))
    assert rows(connection, "select segment, language from customers") == [
        ("Retail;Travel", "French, English")
    ]


def test_quirk_16_near_duplicates_of_a_custom_field_are_not_mixed_up(tmp_path: Path) -> None:
    account = "Id,IsDeleted,Segment_c,Seg_ment__c,Segment__c\n001A,0,wrong,wrong,right\n"
    connection = load(write_export(tmp_path / "export", {"Account": account}))
    assert rows(connection, "select segment from customers") == [("right",)]


def test_quirk_17_a_file_of_a_header_is_a_table_without_rows(tmp_path: Path) -> None:
    cases = '"Id","IsDeleted","CreatedDate"\n'
    connection = load(write_export(tmp_path / "export", {"Case": cases}))
    assert rows(
        connection, "select is_present, accepted from table_status where table_name = 'cases'"
    ) == [(True, 0)]


def test_times_without_a_zone_are_utc_in_cases_too(tmp_path: Path) -> None:
    cases = "Id,CreatedDate\nc1,2023-10-28 22:45:25\n"
    export = write_export(tmp_path / "export", {"Case": cases})
    connection = load(export, Settings(time_zone="Europe/Berlin"))
    assert rows(connection, "select opened_at from cases") == [(datetime(2023, 10, 29, 0, 45, 25),)]
