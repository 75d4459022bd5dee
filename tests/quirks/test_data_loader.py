"""Quirks 18 and 19 of docs/exports.md: what Data Loader and the Bulk API write."""

from datetime import date
from pathlib import Path

import pytest

from tests.unit.loading import load, rows, write_export
from warehouse.errors import StandingError
from warehouse.settings import Settings

ACCOUNTS = (
    '"ID","NAME","INDUSTRY","BILLINGCOUNTRY","CREATEDDATE"\n'
    '"001A","Acme","Energy","Spain","2025-01-31T23:30:00.000Z"\n'
)
DEALS = '"ID","ACCOUNTID","STAGENAME","ISCLOSED","ISWON","CLOSEDATE","CREATEDDATE"\n'


def test_quirk_18_any_file_name_headers_in_capitals_and_moments_with_zone(tmp_path: Path) -> None:
    deals = DEALS + '"006A","001A","Won","true","true","2026-01-05","2026-01-01T08:00:00.000Z"\n'
    export = write_export(tmp_path / "export", {"extract 1": ACCOUNTS, "extract 2": deals})
    (export / "Account.csv").unlink()
    connection = load(export, Settings(time_zone="Europe/Berlin"))
    assert rows(connection, "select customer_name, region, created_on from customers") == [
        ("Acme", "Spain", date(2025, 2, 1))
    ]
    assert rows(connection, "select customer_id, closed_on from opportunities") == [
        ("001A", date(2026, 1, 5))
    ]


def test_quirk_18_european_dates_are_proven_or_refused(tmp_path: Path) -> None:
    deals = DEALS + '"006A","001A","Won","true","true","05/01/2026","2026-01-01T08:00:00.000Z"\n'
    other = '"006B","001A","Won","true","true","31/01/2026","2026-01-01T08:00:00.000Z"\n'
    export = write_export(tmp_path / "export", {"Opportunity": deals})
    with pytest.raises(
        StandingError, match=r'Opportunity.csv: the dates of "CLOSEDATE".*05/01/2026'
    ):
        load(export)
    write_export(export, {"Opportunity": deals + other})
    assert rows(load(export), "select closed_on from opportunities order by opportunity_id") == [
        (date(2026, 1, 5),),
        (date(2026, 1, 31),),
    ]


def test_quirk_18_a_day_is_never_shifted(tmp_path: Path) -> None:
    deals = (
        DEALS
        + '"006A","001A","Won","true","true","2026-01-05T00:00:00.000Z","2026-01-01T08:00:00.000Z"\n'
    )
    export = write_export(tmp_path / "export", {"Opportunity": deals})
    connection = load(export, Settings(time_zone="America/New_York"))
    assert rows(connection, "select closed_on from opportunities") == [(date(2026, 1, 5),)]


def test_quirk_19_doubled_quotes_and_blanks_around_values(tmp_path: Path) -> None:
    account = '"Id","IsDeleted","Name"\n"001A"," 0 "," Acme ""B"", Ltd "\n'
    connection = load(write_export(tmp_path / "export", {"Account": account}))
    assert rows(connection, "select customer_name from customers") == [('Acme "B", Ltd',)]
