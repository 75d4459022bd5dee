"""A build is published whole or not at all."""

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.small_export import AS_OF, FILES, write_export
from tests.tiny import value
from warehouse.build import build
from warehouse.errors import CheckFailed, StandingError
from warehouse.gate.report import BuildReport
from warehouse.identifiers import quote_identifier
from warehouse.publish import open_published, published_build_id
from warehouse.settings import Settings

BROKEN_CHECK = """/*
severity = "{severity}"
description = "Nothing is wrong."
advice = "Mend it."
*/
select 7 as line
"""
WEEK = "2026-11-09"


def run(export: Path, warehouse: Path, **more: Any) -> BuildReport:
    """Build with the day for which the small export is complete."""
    return build(export, warehouse, Settings(), date.fromisoformat(AS_OF), **more)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write_export(tmp_path / "export")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    run(write_export(folder / "export"), folder / "warehouse")
    return folder / "warehouse"


@pytest.fixture
def warehouse(built: Path, tmp_path: Path) -> Path:
    """A warehouse with one build."""
    return shutil.copytree(built, tmp_path / "warehouse")


def mrr_of(warehouse: Path) -> Any:
    """The MRR of the last week, as a reader sees it."""
    with closing(open_published(warehouse).connection) as connection:
        return value(connection, "mrr", WEEK)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_build_publishes_what_it_reports(export: Path, tmp_path: Path) -> None:
    said: list[str] = []
    report = run(export, tmp_path / "new" / "warehouse", progress=said.append)
    warehouse = tmp_path / "new" / "warehouse"
    assert published_build_id(warehouse) == report.build_id
    assert sorted(path.name for path in warehouse.iterdir()) == [
        "build.lock",
        f"build_{report.build_id}.duckdb",
        "current",
        "loads",
        "parsed",
    ]
    assert {"Deriving facts", "Running checks"} <= set(said)
    with closing(open_published(warehouse).connection) as connection:
        found = connection.execute("select as_of, source_name from build_info").fetchall()
    assert found == [(date(2026, 11, 15), "a Salesforce export")]


def test_the_numbers_of_a_small_export(warehouse: Path) -> None:
    """Merged accounts are one customer, deleted ones none; one is lost, one is new."""
    with closing(open_published(warehouse).connection) as connection:
        found = {
            name: value(connection, name, WEEK)
            for name in ("mrr", "cust_active", "cust_new", "cust_lost", "vel_open", "adv_nps")
        }
        assert value(connection, "cust_lost", "2025-05-26") == 0
        assert value(connection, "mrr_expansion", "2025-05-26") == 20
    assert found == {
        "mrr": 400,
        "cust_active": 3,
        "cust_new": 1,
        "cust_lost": 1,
        "vel_open": 1,
        "adv_nps": 100,
    }


def test_two_builds_of_one_export_are_equal(export: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(export, tmp_path / name, known_at=datetime(2026, 11, 16))
    tables: list[dict[str, list[Any]]] = []
    for name in ("one", "two"):
        with closing(open_published(tmp_path / name).connection) as connection:
            names = connection.execute("select table_name from duckdb_tables()").fetchall()
            tables.append(
                {
                    table: connection.execute(
                        f"select * from {quote_identifier(table)} order by all"
                    ).fetchall()
                    for (table,) in names
                }
            )
    assert tables[0] == tables[1]
    assert len(tables[0]) > 40


def interrupt(message: str) -> None:
    """Stop the build in the middle, as Ctrl-C does."""
    if message == "Deriving marts":
        raise KeyboardInterrupt


def fill_the_disk(message: str) -> None:
    """Stop the build as a full disk does."""
    if message == "Deriving marts":
        raise OSError(28, "No space left on device")


def missing(export: Path, _: Path) -> dict[str, Any]:
    return {"export": export / "nowhere"}


def unreadable(export: Path, _: Path) -> dict[str, Any]:
    (export / "Account.csv").unlink()
    return {"export": export}


def worthless(export: Path, _: Path) -> dict[str, Any]:
    """Half of the MRR is on rows that are rejected."""
    terms = [dict(row) for row in FILES["Subscription__c"]]
    terms[2]["Start_Date__c"] = "32.12.2024"
    write_export(export, Subscription__c=terms)
    return {"export": export}


def broken_check(export: Path, folder: Path) -> dict[str, Any]:
    (folder / "it_breaks.sql").write_text(BROKEN_CHECK.format(severity="error"))
    return {"export": export}


def interrupted(export: Path, _: Path) -> dict[str, Any]:
    return {"export": export, "progress": interrupt}


def full_disk(export: Path, _: Path) -> dict[str, Any]:
    return {"export": export, "progress": fill_the_disk}


@pytest.mark.parametrize(
    ("prepare", "error", "sentence"),
    [
        (missing, StandingError, "There is no folder or ZIP file"),
        (unreadable, StandingError, "which the export lacks"),
        (worthless, CheckFailed, "more than 1 %"),
        (broken_check, CheckFailed, "it_breaks: 1 row"),
        (interrupted, KeyboardInterrupt, "^$"),
        (full_disk, StandingError, "No space left on device"),
    ],
)
def test_a_build_that_fails_leaves_everything_as_it_was(
    prepare: Callable[[Path, Path], dict[str, Any]],
    error: type[BaseException],
    sentence: str,
    export: Path,
    warehouse: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checks = tmp_path / "checks"
    checks.mkdir()
    monkeypatch.setattr("warehouse.gate.check.FOLDER", checks)
    before = contents(warehouse)
    with closing(open_published(warehouse).connection):
        with pytest.raises(error, match=sentence) as raised:
            run(**{"warehouse": warehouse, **prepare(export, tmp_path / "checks")})
        assert "\n" not in str(raised.value)
    assert contents(warehouse) == before
    assert {path.name for path in warehouse.iterdir() if path.is_dir()} == {"loads", "parsed"}
    assert mrr_of(warehouse) == 400


def test_a_warning_does_not_stop_the_build(
    export: Path, warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "it_warns.sql").write_text(BROKEN_CHECK.format(severity="warning"))
    monkeypatch.setattr("warehouse.gate.check.FOLDER", tmp_path)
    report = run(export, warehouse)
    assert published_build_id(warehouse) == report.build_id
    assert "warning  it_warns: 1 row: line 7. Mend it." in report.to_text()


def test_a_crm_that_overwrites_its_terms_is_warned_of(export: Path, tmp_path: Path) -> None:
    terms = [row for row in FILES["Subscription__c"] if row["Id"] in ("s2", "s3", "s4")]
    write_export(export, Subscription__c=terms)
    report = run(export, tmp_path / "warehouse")
    (broken,) = [result for result in report.checks if result.is_broken]
    assert (broken.name, broken.severity) == ("terms_are_kept", "warning")
    assert "retention reads 100 %" in broken.to_text()


def test_a_reader_keeps_its_build_until_it_opens_anew(export: Path, warehouse: Path) -> None:
    with closing(open_published(warehouse).connection) as reader:
        terms = [*FILES["Subscription__c"], {**FILES["Subscription__c"][1], "Id": "s7"}]
        write_export(export, Subscription__c=terms)
        run(export, warehouse)
        assert value(reader, "mrr", WEEK) == 400
        assert mrr_of(warehouse) == 520


def test_a_warehouse_where_a_file_stands(export: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StandingError, match="taken cannot be made: File exists"):
        run(export, tmp_path / "taken")


def test_an_export_of_nothing_but_accounts_can_be_built(tmp_path: Path) -> None:
    """Every table but the first is missing: the numbers say so instead of 0 or an error."""
    only = {name: None for name in FILES if name != "Account"}
    run(write_export(tmp_path / "export", **only), tmp_path / "warehouse")
    with closing(open_published(tmp_path / "warehouse").connection) as connection:
        present = connection.execute(
            "select table_name from table_status where is_present"
        ).fetchall()
        assert present == [("customers",)]
        assert value(connection, "mrr", WEEK) is None


@pytest.mark.parametrize(("as_of", "is_built"), [("2046-11-25", True), ("2046-11-26", False)])
def test_an_as_of_date_far_from_the_data(
    export: Path, tmp_path: Path, as_of: str, is_built: bool
) -> None:
    """The newest date is 10 November 2026; a company may be quiet for years, not for decades."""
    warehouse, day = tmp_path / "warehouse", date.fromisoformat(as_of)
    if is_built:
        build(export, warehouse, Settings(), day)
        return
    with pytest.raises(
        StandingError, match=rf"{as_of} is more than twenty years after the newest date"
    ):
        build(export, warehouse, Settings(), day)
    assert [path.name for path in warehouse.iterdir()] == ["build.lock"]


def test_no_customer_at_all(tmp_path: Path) -> None:
    """A header without a row is an export, of a company that has nothing yet."""
    write_export(tmp_path / "export")
    for name in FILES:
        path = tmp_path / "export" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    report = run(tmp_path / "export", tmp_path / "warehouse")
    assert not any(result.is_broken for result in report.checks)
    assert mrr_of(tmp_path / "warehouse") == 0
