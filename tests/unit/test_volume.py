"""This load's files against those of the load before."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.small_export import AS_OF, write_export
from warehouse.build import build
from warehouse.errors import CheckFailed
from warehouse.gate.check import load_checks
from warehouse.gate.volume import compare_files
from warehouse.publish import published_build_id
from warehouse.settings import Settings

CHECKS = {check.name: check.sql for check in load_checks()}
File = tuple[str, str | None, int]


def compare(
    before: Sequence[File], now: Sequence[File], *retired: str, is_delta: bool = False
) -> dict[str, list[str]]:
    """What the two checks of volume say."""
    connection = duckdb.connect()
    connection.execute("create table build_info as select 'load_2' as load_id")
    connection.execute(
        "create table loads as select 'load_2' as load_id, ? as is_delta", [is_delta]
    )
    for name, files in (("previous_files", before), ("load_files", now)):
        connection.execute(
            f"create table {name} (file varchar, table_name varchar, rows_in bigint, known_at timestamp,"
            " load_id varchar default 'load_2', is_derived boolean default false)"
        )
        for file in files:
            connection.execute(
                f"insert into {name} values (?, ?, ?, '2026-11-09 08:00:00', default, default)",
                file,
            )
    compare_files(connection, Settings(retired_files=retired))
    return {
        name: [remark for (remark,) in connection.execute(CHECKS[name]).fetchall()]
        for name in ("no_file_vanished", "files_keep_their_size")
    }


NOTHING: dict[str, list[str]] = {"no_file_vanished": [], "files_keep_their_size": []}


def test_a_first_load_is_compared_with_nothing() -> None:
    assert compare([], [("Case.csv", "cases", 10)]) == NOTHING


@pytest.mark.parametrize(("rows", "is_smaller"), [(100, False), (86, False), (85, True), (1, True)])
def test_15_percent_fewer_rows_are_a_warning(rows: int, is_smaller: bool) -> None:
    found = compare([("Case.csv", "cases", 100)], [("Case.csv", "cases", rows)])
    assert found["no_file_vanished"] == []
    assert bool(found["files_keep_their_size"]) == is_smaller
    if rows == 85:
        assert found["files_keep_their_size"] == [
            "Case.csv has 85 rows, 15 % fewer than the 100 of 9 Nov 2026"
        ]


@pytest.mark.parametrize("now", [[("Case.csv", "cases", 0)], [], [("Contact.csv", "contacts", 40)]])
def test_a_file_that_lost_all_its_rows_is_an_error(now: list[File]) -> None:
    before: list[File] = [("Case.csv", "cases", 3983)]
    found = compare(before, now)
    assert found["no_file_vanished"] == [
        "Case.csv had 3,983 rows in the load of 9 Nov 2026 and has none now"
    ]
    assert found["files_keep_their_size"] == []
    assert compare(before, now, "case.CSV") == NOTHING


def test_a_small_file_does_not_hide_behind_a_large_one() -> None:
    before = [("Task.csv", "activities", 9000), ("Event.csv", "activities", 100)]
    found = compare(before, [("Task.csv", "activities", 9100)])
    assert found["no_file_vanished"] == [
        "Event.csv had 100 rows in the load of 9 Nov 2026 and has none now"
    ]


def test_names_that_change_with_the_date_are_compared_by_table() -> None:
    before = [("WE_1.ZIP/ACCOUNT.csv", "customers", 50), ("Cases_2026_11_09.csv", "cases", 100)]
    now = [("we_2/Account.csv", "customers", 51), ("Cases_2026_11_16.csv", "cases", 104)]
    assert compare(before, now) == NOTHING
    smaller = compare(before, [*now[:1], ("Cases_2026_11_16.csv", "cases", 60)])
    assert smaller["files_keep_their_size"] == [
        "Cases_2026_11_09.csv has 60 rows, 40 % fewer than the 100 of 9 Nov 2026"
    ]


def test_a_file_that_no_table_uses_or_that_was_empty_may_go() -> None:
    assert compare([("Notes.csv", None, 10), ("Order.csv", "orders", 0)], []) == NOTHING


def test_a_delta_is_small_by_nature() -> None:
    before: list[File] = [("Case.csv", "cases", 3983), ("Task.csv", "activities", 10)]
    assert compare(before, [("Case.csv", "cases", 12)], is_delta=True) == NOTHING


def test_the_second_load_of_an_export_that_lost_its_cases_is_refused(tmp_path: Path) -> None:
    """And stays refused however often it is tried, until somebody says that it is meant."""
    export, warehouse = write_export(tmp_path / "export"), tmp_path / "warehouse"
    day = date.fromisoformat(AS_OF)
    first = build(export, warehouse, Settings(), day)
    (export / "Case.csv").unlink()
    for _ in range(2):
        with pytest.raises(
            CheckFailed, match=r"Case.csv had 1 row .* write its name into retired_files"
        ):
            build(export, warehouse, Settings(), day)
        assert published_build_id(warehouse) == first.build_id
    meant = build(export, warehouse, Settings(retired_files=("Case.csv",)), day)
    assert published_build_id(warehouse) == meant.build_id
    write_export(export, Case=None, User=[{"Id": "u1", "Name": "Ann"}, {"Id": "u2", "Name": "Bo"}])
    again = build(export, warehouse, Settings(), day)
    assert published_build_id(warehouse) == again.build_id
