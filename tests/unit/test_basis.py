"""What rests on inferred terms, and says so: by hand for all metrics, and by trying."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import cli
from metrics.basis import INFERRED_TERMS, reads_terms
from metrics.registry import load_metrics
from warehouse.build import build
from warehouse.settings import load_settings

# Of all metrics these, and those of sales velocity, read deals, answers and costs alone.
ALONE = {"adv_nps", "adv_csat", "adv_ces", "eco_spend"}
INDEPENDENT = ALONE | {name for name in load_metrics() if name.startswith("vel_")}
STOCK = {
    "Account": "Id,Name,CreatedDate\n"
    + "".join(f"001{n:02},Customer {n},2024-01-02 09:00:00\n" for n in range(30)),
    "Opportunity": "Id,AccountId,StageName,IsClosed,IsWon,CreatedDate,CloseDate,Amount,Type\n"
    + "".join(
        f"006{n:02},001{n:02},Won,1,1,2024-01-05 09:00:00,2024-{n % 12 + 1:02}-15,{1200 + 12 * n},New Customer\n"
        f"007{n:02},001{n:02},Won,1,1,2024-06-05 09:00:00,2025-{n % 12 + 1:02}-10,{1500 - 12 * n},Renewal\n"
        for n in range(30)
    )
    + "00890,,Talks,0,0,2026-01-05 09:00:00,2026-12-01,500,New Customer\n"
    + "00891,00101,Lost,1,0,2026-01-05 09:00:00,2026-02-01,500,New Customer\n",
    "Survey_Response__c": "Id,Account__c,Responded_On__c,Instrument__c,Score__c\n"
    + "".join(f"s{n},001{n:02},2025-11-0{n % 9 + 1},nps,{n % 11}\n" for n in range(20)),
    "Case": "Id,AccountId,CreatedDate,IsClosed,ClosedDate,Is_Complaint__c\n"
    "5001,00103,2025-10-10 10:00:00,0,,1\n",
}


def build_stock(folder: Path, months: int) -> Path:
    """The stock org, with an assumed term of so many months."""
    export = folder / "export"
    export.mkdir(parents=True)
    for name, text in STOCK.items():
        (export / f"{name}.csv").write_text(text, encoding="utf-8")
    settings = folder / "settings.toml"
    settings.write_text(f"assumed_term_months = {months}\n", encoding="utf-8")
    build(export, folder / "wh", load_settings(settings), date(2026, 2, 28))
    return folder / "wh"


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same org with 12 and with 3 assumed months."""
    return (
        build_stock(tmp_path_factory.mktemp("year"), 12),
        build_stock(tmp_path_factory.mktemp("quarter"), 3),
    )


def show(warehouse: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    capsys.readouterr()
    assert cli.main(["show", "--warehouse", str(warehouse), *more]) == 0
    return capsys.readouterr().out


def test_which_metrics_read_terms() -> None:
    metrics = load_metrics()
    assert {name for name, each in metrics.items() if not reads_terms(each.tables)} == INDEPENDENT


def test_whatever_changes_with_the_assumed_months_says_so(
    stock: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Every grain: a number that another assumption changes must have been marked."""
    changed: set[str] = set()
    for grain in ("week", "month", "quarter", "year"):
        year, quarter = (
            json.loads(show(each, capsys, "--grain", grain, "--last", "60", "--format", "json"))
            for each in stock
        )
        values: dict[Any, Any] = {
            (row["metric"], row["period_start"], row["member"]): row for row in year
        }
        for row in quarter:
            before = values.get((row["metric"], row["period_start"], row["member"]))
            numbers = ("value", "numerator", "denominator")
            if before is None or any(row[key] != before[key] for key in numbers):
                changed.add(row["metric"])
            # A number for which the export has no table at all rests on nothing.
            is_off = row["reason"] == "missing_table"
            expected = None if is_off or row["metric"] in INDEPENDENT else INFERRED_TERMS
            assert row["basis"] == expected
            assert not is_off or row["metric"] in INDEPENDENT or row["metric"].startswith("eco_")
    assert changed.isdisjoint(INDEPENDENT)
    # the test has teeth: nearly all of the others did change
    assert len(changed) > 25


def test_show_says_it_in_every_format(
    stock: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    table = show(stock[0], capsys, "mrr", "vel_open").splitlines()
    assert table[1].startswith("mrr")
    assert table[1].endswith("inferred terms")
    assert table[2].startswith("vel_open")
    assert "inferred" not in table[2]
    rows = list(csv.DictReader(io.StringIO(show(stock[0], capsys, "mrr", "--format", "csv"))))
    assert [row["basis"] for row in rows] == ["inferred terms"]


def test_customers_and_explain_say_it(
    stock: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--warehouse", str(stock[0])]
    capsys.readouterr()
    assert cli.main(["customers", "--format", "json", *arguments]) == 0
    assert {row["basis"] for row in json.loads(capsys.readouterr().out)} == {"inferred terms"}
    assert cli.main(["explain", "mrr", *arguments]) == 0
    assert "In this build: inferred terms" in capsys.readouterr().out
    assert cli.main(["explain", "vel_open", *arguments]) == 0
    assert "inferred" not in capsys.readouterr().out
