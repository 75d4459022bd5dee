"""The load: types, links, merges, money, the as-of date, and the books."""

import shutil
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.unit.loading import TERMS_HEADER, load, rejections, rows, write_export
from warehouse.contract import create_contract_tables, load_contract
from warehouse.errors import CheckFailed, StandingError
from warehouse.reading.recognise import SOURCES
from warehouse.reading.source import load_source
from warehouse.settings import Settings
from warehouse.staging.money import fiscal_year


def test_contract_tables_have_the_types_of_a_load(tmp_path: Path) -> None:
    loaded = load(write_export(tmp_path / "export", {}))
    empty = duckdb.connect()
    create_contract_tables(empty)
    for name in load_contract():
        assert rows(loaded, f'describe "{name}"') == rows(empty, f'describe "{name}"'), name
    leftover = rows(
        loaded, "select table_name from duckdb_tables() where starts_with(table_name, 'raw')"
    )
    assert leftover == []
    assert rows(loaded, "select database_name from duckdb_databases() where not internal") == [
        ("memory",)
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-05", date(2026, 1, 5)),
        ("2026-01-05 00:00:00", date(2026, 1, 5)),
        ("2026-01-05T23:59:59.000Z", date(2026, 1, 5)),
        (" 2026-01-05 00:00 ", date(2026, 1, 5)),
        ("2026-01-05T00:00:00+02:00", date(2026, 1, 5)),
        ("9999-12-31", date(9999, 12, 31)),
    ],
)
def test_days_are_never_shifted(tmp_path: Path, text: str, day: date) -> None:
    export = write_export(
        tmp_path / "export", {"Subscription__c": f'{TERMS_HEADER}"T1","001A","{text}","","1"\n'}
    )
    connection = load(export, Settings(time_zone="America/New_York"))
    assert rows(connection, "select started_on from subscriptions") == [(day,)]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-05 03:00:00", datetime(2026, 1, 4, 22, 0)),
        ("2026-07-05T03:00:00.000Z", datetime(2026, 7, 4, 23, 0)),
        ("2026-01-05T03:00:00.000+0000", datetime(2026, 1, 4, 22, 0)),
        ("2026-01-05T03:00:00-05:00", datetime(2026, 1, 5, 3, 0)),
        ("2026-01-05", datetime(2026, 1, 5)),
    ],
)
def test_instants_are_read_in_the_business_time_zone(
    tmp_path: Path, text: str, moment: datetime
) -> None:
    export = write_export(
        tmp_path / "export",
        {
            "Case": f"Id,AccountId,CreatedDate\n5001,001A,{text}\n",
            "Lead": f"Id,CreatedDate\n00Q1,{text}\n",
        },
    )
    connection = load(export, Settings(time_zone="America/New_York"))
    assert rows(connection, "select opened_at from cases") == [(moment,)]
    assert rows(connection, "select created_on from leads") == [(moment.date(),)]


def test_an_offset_counts_in_utc_too(tmp_path: Path) -> None:
    export = write_export(
        tmp_path / "export", {"Case": "Id,CreatedDate\n5001,2026-01-05T23:30:00-05:00\n"}
    )
    assert rows(load(export), "select opened_at from cases") == [(datetime(2026, 1, 6, 4, 30),)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("$5", "5"),
        ("1.5e3", "1500"),
        ("1.4407085E2", "144.07085"),
        ("+.5", "0.5"),
        ("0", "0"),
        ("12.", "12"),
    ],
)
def test_numbers(tmp_path: Path, text: str, number: str) -> None:
    export = write_export(
        tmp_path / "export",
        {"Subscription__c": f'{TERMS_HEADER}"T1","001A","2026-01-05","","{text}"\n'},
    )
    assert rows(load(export), "select mrr from subscriptions") == [(Decimal(number),)]


@pytest.mark.parametrize(
    "text", ["1,00,0", "$5 a seat", "nan", "inf", "1_000", "0x10", "1e400", "#N/A"]
)
def test_what_is_no_number_is_rejected(tmp_path: Path, text: str) -> None:
    export = write_export(
        tmp_path / "export",
        {"Subscription__c": f'{TERMS_HEADER}"T1","001A","2026-01-05","","{text}"\n'},
    )
    connection = load(export)
    assert rows(connection, "select column_name from rejected_rows") == [("mrr",)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", True),
        ("TRUE", True),
        ("Yes", True),
        ("0", False),
        ("false", False),
        ("no", False),
        ("", None),
    ],
)
def test_booleans(tmp_path: Path, text: str, value: bool | None) -> None:
    export = write_export(
        tmp_path / "export", {"Account": f"Id,IsDeleted,Is_Staff_Or_Partner__c\n001A,0,{text}\n"}
    )
    assert rows(load(export), "select is_staff_or_partner from customers") == [(value,)]


def test_deleted_rows_and_rows_of_deleted_customers_are_dropped_and_counted(tmp_path: Path) -> None:
    export = write_export(
        tmp_path / "export",
        {
            "Account": "Id,IsDeleted\n001A,0\n001B,1\n",
            "Opportunity": (
                "Id,IsDeleted,AccountId,StageName,IsClosed,IsWon,CreatedDate\n"
                "0061,0,001A,New,0,0,2026-01-05\n"
                "0062,1,001A,New,0,0,2026-01-05\n"
                "0063,0,001B,New,0,0,2026-01-05\n"
                "0064,0,,New,0,0,2026-01-05\n"
                "0065,0,001X,New,0,0,2026-01-05\n"
            ),
            "OpportunityHistory": (
                "OpportunityId,StageName,FromOpportunityStageName,CreatedDate\n"
                "0061,New,,2026-01-05 10:00:00\n"
                "0061,New,New,2026-01-06 10:00:00\n"
                "0062,New,,2026-01-05 10:00:00\n"
                "0063,New,,2026-01-05 10:00:00\n"
                "0065,New,,2026-01-05 10:00:00\n"
            ),
        },
    )
    connection = load(export)
    assert rows(connection, "select opportunity_id from opportunities order by 1") == [
        ("0061",),
        ("0064",),
    ]
    books = "select accepted, rejected, deleted, set_aside from load_files where file = "
    assert rows(connection, f"{books} 'Account.csv'") == [(1, 0, 1, 0)]
    assert rows(connection, f"{books} 'Opportunity.csv'") == [(2, 1, 2, 0)]
    assert rows(connection, f"{books} 'OpportunityHistory.csv'") == [(1, 1, 2, 1)]
    assert rows(connection, "select severity, message from load_notes order by file, message") == [
        ("info", "1 row of Account.csv is dropped: marked as deleted."),
        ("info", "1 row of Opportunity.csv is dropped: its customer is deleted."),
        ("info", "1 row of Opportunity.csv is dropped: marked as deleted."),
        ("info", "1 row of OpportunityHistory.csv is set aside: not a stage move."),
        ("info", "2 rows of OpportunityHistory.csv are dropped: their opportunity is deleted."),
    ]
    assert rejections(connection) == [
        (6, "customer_id", 'customer_id matches no row of customers: "001X"'),
        (6, "opportunity_id", 'opportunity_id matches no row of opportunities: "0065"'),
    ]


def test_rows_of_merged_accounts_belong_to_the_survivor(tmp_path: Path) -> None:
    export = write_export(
        tmp_path / "export",
        {
            "Account": (
                "Id,IsDeleted,MasterRecordId,Name\n"
                "001A,0,000000000000000AAA,Acme\n"
                "001B,1,001A,Acme Ltd\n"
                "001C,1,001B,Acme Inc\n"
                "001D,1,001E,Round\n"
                "001E,1,001D,About\n"
                "001F,1,001G,Gone with it\n"
                "001G,1,,Gone\n"
            ),
            "Usage__c": (
                "Account__c,Week_Start__c,Usage__c,Active_Users__c\n"
                "001A,2026-01-05,10,1\n"
                "001B,2026-01-05,5,\n"
                "001C,2026-01-12,7,2\n"
                "001D,2026-01-12,7,2\n"
                "001F,2026-01-12,7,2\n"
                "001C,2026-01-12,9,2\n"
            ),
        },
    )
    connection = load(export)
    assert rows(connection, "select customer_id from customers") == [("001A",)]
    assert rows(
        connection, "select deleted, set_aside, rejected from load_files where file = 'Account.csv'"
    ) == [(1, 3, 2)]
    # One line for all merges, not one for each account.
    assert rows(connection, "select message from load_notes where message like '%merged%'") == [
        ("3 rows of Account.csv are set aside: merged into another account.",)
    ]
    # Weeks of both accounts are one week of the survivor; a second row of one account is a duplicate.
    assert rows(
        connection,
        "select customer_id, week_start, usage, active_users, source_line from usage order by 2",
    ) == [
        ("001A", date(2026, 1, 5), 15, 1, 2),
        ("001A", date(2026, 1, 12), 7, 2, 4),
    ]
    assert rows(
        connection, "select line, reason from rejected_rows where file = 'Usage__c.csv' order by 1"
    ) == [
        (5, 'customer_id matches no row of customers: "001D"'),
        (7, "the key 001C, 2026-01-12 stands already in Usage__c.csv, line 4"),
    ]


CURRENCIES = '"Id","Account__c","Start_Date__c","MRR__c","CurrencyIsoCode"\n'


def load_currencies(
    tmp_path: Path, terms: str, rates: str = "", settings: Settings | None = None
) -> duckdb.DuckDBPyConnection:
    files = {"Subscription__c": CURRENCIES + terms}
    if rates:
        files["exchange_rates"] = "currency,fiscal_year,rate\n" + rates
    return load(write_export(tmp_path / "export", files), settings)


def test_money_is_converted_at_the_rate_of_the_fiscal_year(tmp_path: Path) -> None:
    connection = load_currencies(
        tmp_path,
        "T1,001A,2020-01-05,100,USD\nT2,001A,2026-01-05,3,EUR\nT3,001A,2026-01-05,5,\n",
        "USD,2026,0.5\nUSD,2027,0.8123456789\n",
        Settings(fiscal_year_first_month=10),
    )
    assert rows(
        connection, "select mrr, mrr_original, currency from subscriptions order by subscription_id"
    ) == [
        (Decimal("81.234568"), Decimal("100"), "USD"),
        (Decimal("3"), Decimal("3"), "EUR"),
        (Decimal("5"), Decimal("5"), "EUR"),
    ]
    assert rows(connection, "select reporting_currency from build_info") == [("EUR",)]


@pytest.mark.parametrize(
    ("day", "first_month", "year"),
    [
        (date(2026, 11, 15), 1, 2026),
        (date(2026, 11, 15), 12, 2026),
        (date(2026, 11, 15), 11, 2027),
        (date(2026, 1, 31), 2, 2026),
        (date(2026, 2, 1), 2, 2027),
    ],
)
def test_a_fiscal_year_is_named_by_the_year_in_which_it_ends(
    day: date, first_month: int, year: int
) -> None:
    assert fiscal_year(day, first_month) == year


@pytest.mark.parametrize(
    ("currencies", "rates", "chosen"),
    [
        (("EUR", "USD"), "EUR,2026,1\nUSD,2026,0.9\n", "EUR"),
        (("CHF", "CHF"), "", "CHF"),
        (("CHF", "USD"), "USD,2026,0.9\n", "CHF"),
        (("", ""), "", ""),
    ],
)
def test_the_reporting_currency_is_found(
    tmp_path: Path, currencies: tuple[str, str], rates: str, chosen: str
) -> None:
    terms = "".join(f"T{n},001A,2026-01-05,1,{code}\n" for n, code in enumerate(currencies))
    connection = load_currencies(tmp_path, terms, rates)
    assert rows(connection, "select reporting_currency from build_info") == [(chosen,)]


def test_a_reporting_currency_that_nothing_tells_is_asked_for(tmp_path: Path) -> None:
    terms = "T1,001A,2026-01-05,1,EUR\nT2,001A,2026-01-05,1,USD\n"
    with pytest.raises(StandingError, match=r"amounts in EUR, USD: set reporting_currency"):
        load_currencies(tmp_path, terms)


def test_a_currency_without_a_rate_is_refused(tmp_path: Path) -> None:
    settings = Settings(reporting_currency="EUR")
    connection = load_currencies(
        tmp_path,
        "T1,001A,2026-01-05,1000,EUR\nT2,001A,2026-01-05,10,USD\n",
        "USD,2025,0.9\n",
        settings,
    )
    reason = "no exchange rate for USD in fiscal year 2026: add a line to exchange_rates.csv"
    assert rejections(connection) == [(3, "currency", reason)]
    assert rows(connection, "select sum(mrr) from subscriptions") == [(1000,)]
    with pytest.raises(CheckFailed, match=reason):
        load_currencies(
            tmp_path, "T1,001A,2026-01-05,1000,EUR\nT2,001A,2026-01-05,11,USD\n", "", settings
        )


def test_the_as_of_date_is_the_day_before_the_newest_change(tmp_path: Path) -> None:
    accounts = (
        "Id,IsDeleted,CreatedDate,SystemModstamp\n"
        "001A,0,2026-01-05 10:00:00,2026-11-16 03:00:00\n"
        "001B,1,2026-01-05 10:00:00,2026-12-24 03:00:00\n"
    )
    export = write_export(tmp_path / "export", {"Account": accounts})
    assert rows(load(export, as_of=None), "select as_of, as_of_rule from build_info") == [
        (
            date(2026, 11, 15),
            "the as-of date is the day before the newest change in the export (2026-11-16, UTC);"
            " the export names no currency",
        )
    ]
    west = load(export, Settings(time_zone="America/New_York"), as_of=None)
    assert rows(west, "select as_of from build_info") == [(date(2026, 11, 14),)]
    given = load(export, as_of=date(2026, 6, 30))
    assert rows(given, "select as_of, as_of_rule from build_info") == [
        (date(2026, 6, 30), "the as-of date was given; the export names no currency")
    ]


def test_an_export_without_any_moment_asks_for_the_as_of_date(tmp_path: Path) -> None:
    with pytest.raises(StandingError, match="--as-of"):
        load(write_export(tmp_path / "export", {}), as_of=None)


def test_file_names_match_in_any_case_and_zips_may_share_a_table(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "WE_1.ZIP", "w") as archive:
        archive.writestr("ACCOUNT.CSV", "id,isdeleted,name\n001A,0,Acme\n")
    with zipfile.ZipFile(tmp_path / "WE_2.ZIP", "w") as archive:
        archive.writestr("account.csv", "Id;Name;IsDeleted\n001B;Bolt;0\n001A;Again;0\n")
    connection = load(tmp_path)
    assert rows(
        connection, "select customer_name, source_file, source_line from customers order by 1"
    ) == [
        ("Acme", "WE_1.ZIP/ACCOUNT.CSV", 2),
        ("Bolt", "WE_2.ZIP/account.csv", 2),
    ]
    assert rejections(connection) == [
        (3, "customer_id", "the key 001A stands already in WE_1.ZIP/ACCOUNT.CSV, line 2")
    ]
    assert rows(load(tmp_path / "WE_1.ZIP"), "select count(*) from customers") == [(1,)]


def test_a_rejected_row_of_a_file_with_line_ends_in_quotes_has_its_line_and_text(
    tmp_path: Path,
) -> None:
    terms = TERMS_HEADER + '"T1","001A","2026-01-05","","1"\n"T2","001A","some\nday","","0"\n'
    connection = load(write_export(tmp_path / "export", {"Subscription__c": terms}))
    assert rows(connection, "select line, row_text from rejected_rows") == [
        (3, '"T2","001A","some\nday","","0"')
    ]


def test_newest_dates_and_present_tables(tmp_path: Path) -> None:
    events = "occurred_on,label\n2026-11-02,Price rise\n2027-01-01,Later\n"
    connection = load(write_export(tmp_path / "export", {"events": events}))
    assert rows(
        connection, "from table_status where table_name in ('events', 'targets') order by 1"
    ) == [
        ("events", True, 2, date(2026, 11, 2)),
        ("targets", False, 0, None),
    ]


def test_a_select_that_multiplies_rows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = load_source(SOURCES / "salesforce")
    source.selects["customers"] += " cross join range(2)"
    monkeypatch.setattr("warehouse.staging.load.recognise", lambda *_: source)
    with pytest.raises(StandingError, match="one row for each"):
        load(write_export(tmp_path / "export", {"Account": "Id,IsDeleted\n,0\n"}))


def test_an_export_that_two_sources_claim_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        folder = tmp_path / "sources" / name
        shutil.copytree(SOURCES / "salesforce", folder)
        text = (SOURCES / "salesforce" / "source.toml").read_text(encoding="utf-8")
        (folder / "source.toml").write_text(
            text.replace("a Salesforce export", name), encoding="utf-8"
        )
    monkeypatch.setattr("warehouse.reading.recognise.SOURCES", tmp_path / "sources")
    with pytest.raises(StandingError, match=r"looks like one and two at once.*Account.csv"):
        load(write_export(tmp_path / "export", {}))
