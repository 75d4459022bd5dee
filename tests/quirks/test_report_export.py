"""Quirks 20 to 23 of docs/exports.md: Salesforce's report export."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.loading import load, rows, write_export

HEADER = "Opportunity Name,Account Name,Stage,Amount Currency,Amount,Close Date,Created Date\n"
DEAL = 'Mill,Acme,Closed Won,USD,"$1,234,567",10/31/2026,10/13/2026\n'


@pytest.mark.parametrize("before", ["", '"",'])
@pytest.mark.parametrize(
    "footer",
    [
        ["Total,,,,,,"],
        ['"Grand Totals (1 records)"'],
        [
            '"Deals of this year"',
            '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."',
            '"Confidential Information - Do Not Distribute"',
        ],
    ],
)
def test_quirk_20_the_footer_is_no_row(tmp_path: Path, footer: list[str], before: str) -> None:
    text = HEADER + DEAL + "\n" + "".join(f"{before}{line}\n" for line in footer)
    export = write_export(tmp_path / "export", {"report": text})
    (export / "Account.csv").unlink()
    connection = load(export)
    assert rows(
        connection,
        "select rows_in, accepted, rejected, set_aside from load_files where not is_derived",
    ) == [(1 + len(footer), 1, 0, len(footer))]


def test_quirk_21_rows_end_in_line_feeds_and_text_areas_hold_both(tmp_path: Path) -> None:
    cases = (
        '"Case Number","Account Name","Subject","Date/Time Opened"\n'
        '"1","Acme","Leak\r\nat the valve\nin hall 2","10/13/2026 9:00 AM"\n'
        '"2","Acme","Noise","10/14/2026 9:00 AM"\n'
    )
    export = write_export(tmp_path / "export", {"cases": cases})
    (export / "Account.csv").unlink()
    assert rows(load(export), "select case_id, source_line from cases order by 1") == [
        ("1", 2),
        ("2", 5),
    ]


def test_quirk_22_money_with_its_currency_in_the_column_before(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", {"report": HEADER + DEAL})
    (export / "Account.csv").unlink()
    assert rows(load(export), "select amount, currency from opportunities") == [
        (Decimal(1234567), "USD")
    ]


def test_quirk_23_short_years_with_am_and_pm(tmp_path: Path) -> None:
    deals = (
        "Id,AccountId,StageName,IsClosed,IsWon,CloseDate,CreatedDate\n"
        "o1,001A,Won,TRUE,FALSE,02/03/24,02/24/26 11:18 PM\no2,001A,Won,TRUE,TRUE,02/23/24,02/03/26 02:18 AM\n"
    )
    connection = load(write_export(tmp_path / "export", {"Opportunity": deals}))
    assert rows(
        connection, "select closed_on, created_on, is_won from opportunities order by 1"
    ) == [
        (date(2024, 2, 3), date(2026, 2, 24), False),
        (date(2024, 2, 23), date(2026, 2, 3), True),
    ]
