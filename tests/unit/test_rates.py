"""Amounts in a currency without a rate are never summed; what is missing is asked for with a file to fill in."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.small_export import AS_OF, FILES, write_export
from tests.tiny import rows_of
from warehouse.build import build
from warehouse.errors import StandingError
from warehouse.publish import open_published
from warehouse.settings import Settings
from warehouse.staging.rates import TEMPLATE

TERM = {"Account__c": "001A", "Start_Date__c": "2026-01-01", "End_Date__c": "", "MRR__c": "1"}
EUR = Settings(reporting_currency="EUR", fiscal_year_first_month=10)


def write_terms(folder: Path, *currencies: str, rates: str = "") -> Path:
    """The small export with a term of 1 in each of these currencies, and the rest in EUR."""
    own: list[Mapping[str, object]] = [
        {**row, "CurrencyIsoCode": "EUR"} for row in FILES["Subscription__c"]
    ]
    own += [{"Id": f"x{n}", **TERM, "CurrencyIsoCode": code} for n, code in enumerate(currencies)]
    write_export(folder, Subscription__c=own)
    if rates:
        (folder / "exchange_rates.csv").write_text(
            f"currency,fiscal_year,rate\n{rates}", encoding="utf-8"
        )
    return folder


def run(export: Path, warehouse: Path, settings: Settings = EUR) -> Any:
    return build(export, warehouse, settings, date.fromisoformat(AS_OF))


def refuse(export: Path, warehouse: Path, settings: Settings = EUR) -> str:
    with pytest.raises(StandingError) as raised:
        run(export, warehouse, settings)
    assert not (warehouse / "current").exists()
    return str(raised.value)


def test_a_currency_in_use_without_a_rate_is_refused(tmp_path: Path) -> None:
    export = write_terms(
        tmp_path / "export",
        "USD",
        "USD",
        "GBP",
        "GBP",
        "GBP",
        rates="USD,2026,0.95\nCHF,2027,1.1\n",
    )
    sentence = refuse(export, tmp_path / "warehouse")
    template = export / TEMPLATE
    assert sentence == (
        "The export has amounts in GBP (3 rows), USD (2 rows) without an exchange rate for fiscal year 2027:"
        " what cannot be converted is never summed."
        f" Fill in the empty rates in {template} (what one unit is worth in the reporting currency), save it as"
        " exchange_rates.csv in the export, and build again."
    )
    assert template.read_text(encoding="utf-8").splitlines() == [
        "currency,fiscal_year,rate", "CHF,2027,1.1", "USD,2026,0.95", "GBP,2027,", "USD,2027,",
    ]  # fmt: skip


def test_the_filled_template_is_all_that_is_needed(tmp_path: Path) -> None:
    export = write_terms(tmp_path / "export", "USD", "USD")
    refuse(export, tmp_path / "warehouse")
    text = (export / TEMPLATE).read_text(encoding="utf-8").replace("USD,2027,", "USD,2027,0.5")
    (export / "exchange_rates.csv").write_text(text, encoding="utf-8")
    run(export, tmp_path / "warehouse")
    with open_published(tmp_path / "warehouse").connection as connection:
        sql = "select mrr, mrr_original from subscriptions where currency = 'USD'"
        assert [tuple(map(float, row)) for row in rows_of(connection, sql)] == [(0.5, 1.0)] * 2


def test_an_empty_rate_is_still_asked_for(tmp_path: Path) -> None:
    export = write_terms(tmp_path / "export", "USD", "USD", rates="USD,2027,\n")
    assert "amounts in USD (2 rows)" in refuse(export, tmp_path / "warehouse")


def test_a_single_stray_row_is_rejected_and_the_build_stands(tmp_path: Path) -> None:
    report = run(write_terms(tmp_path / "export", "USD"), tmp_path / "warehouse")
    assert [rejection["reason"] for rejection in report.rejections] == [
        "no exchange rate for USD in fiscal year 2027: add a line to exchange_rates.csv"
    ]
    assert not (tmp_path / "export" / TEMPLATE).exists()


def test_amounts_without_a_reporting_currency_are_asked_for_too(tmp_path: Path) -> None:
    export = write_terms(tmp_path / "export", "USD", "USD")
    sentence = refuse(export, tmp_path / "warehouse", Settings())
    assert "amounts in EUR, USD: set reporting_currency in settings.toml" in sentence
    assert (export / TEMPLATE).read_text(encoding="utf-8").splitlines()[1:] == [
        "EUR,2026,,drop this line if EUR is the reporting currency",
        "USD,2026,,drop this line if USD is the reporting currency",
    ]


def test_the_template_with_the_line_of_the_reporting_currency_dropped_is_enough(
    tmp_path: Path,
) -> None:
    export = write_terms(tmp_path / "export", "USD", "USD")
    refuse(export, tmp_path / "warehouse", Settings())
    header, _, usd = (export / TEMPLATE).read_text(encoding="utf-8").splitlines()
    path = export / "exchange_rates.csv"
    path.write_text(f"{header}\n{usd.replace('2026,,', '2026,0.5,')}\n", encoding="utf-8")
    assert run(export, tmp_path / "warehouse", Settings()).info["reporting_currency"] == "EUR"


def test_a_file_that_names_the_other_currency_tells_the_reporting_one(tmp_path: Path) -> None:
    export = write_terms(tmp_path / "export", "USD", "USD", rates="USD,2026,\n")
    assert refuse(export, tmp_path / "warehouse", Settings()) == (
        "The rate of USD for 2026 is empty in exchange_rates.csv, line 2. Fill in what one unit is worth in the"
        " reporting currency, and build again: the export has amounts in USD (2 rows)."
    )
    assert not (export / TEMPLATE).exists()


def test_a_template_that_nobody_filled_in_names_its_empty_lines(tmp_path: Path) -> None:
    rates = "EUR,2026,\nUSD,2026,\n"
    export = write_terms(tmp_path / "export", "USD", "USD", rates=rates)
    assert refuse(export, tmp_path / "warehouse", Settings()).startswith(
        "The rate of EUR for 2026 is empty in exchange_rates.csv, line 2;"
        " the rate of USD for 2026 is empty in exchange_rates.csv, line 3. Fill in"
    )


def test_an_empty_rate_and_a_missing_one_are_both_said(tmp_path: Path) -> None:
    export = write_terms(tmp_path / "export", "USD", "USD", "CHF", rates="USD,2027,\n")
    sentence = refuse(export, tmp_path / "warehouse")
    assert sentence.startswith(
        "The rate of USD for 2027 is empty in exchange_rates.csv, line 2. The export has amounts in USD (2 rows),"
        " CHF (1 row) without an exchange rate for fiscal year 2027"
    )
    assert (export / TEMPLATE).read_text(encoding="utf-8").endswith("CHF,2027,\nUSD,2027,\n")


def test_amounts_without_a_rate_are_added_to_no_others(tmp_path: Path) -> None:
    terms: list[Mapping[str, object]] = [
        {"Id": code, **TERM, "MRR__c": amount, "CurrencyIsoCode": code}
        for code, amount in (("EUR", 100), ("USD", 200), ("CHF", 300))
    ]
    write_export(tmp_path / "export", Subscription__c=terms)
    sentence = refuse(tmp_path / "export", tmp_path / "warehouse")
    assert sentence.startswith(
        "Rejected subscriptions hold amounts that cannot be converted:"
        " 300.00 CHF (no exchange rate for CHF in fiscal year 2027),"
        " 200.00 USD (no exchange rate for USD in fiscal year 2027). That is more than 1 %"
    )


def test_where_the_export_cannot_be_written_to_the_file_is_in_the_warehouse_folder(
    tmp_path: Path,
) -> None:
    export = write_terms(tmp_path / "export", "USD", "USD")
    (export / TEMPLATE).mkdir()
    assert str(tmp_path / "warehouse" / TEMPLATE) in refuse(export, tmp_path / "warehouse")
    assert (tmp_path / "warehouse" / TEMPLATE).read_text(encoding="utf-8").endswith("USD,2027,\n")
