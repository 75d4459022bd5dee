"""The published warehouse: one pointer, read-only, shut to everything outside it."""

import os
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from warehouse.errors import StandingError
from warehouse.publish import KEPT_BUILDS, build_path, open_published, publish, published_build_id


def finish(warehouse: Path, build_id: str, age: int = 0) -> None:
    """A finished build that nobody has published, so many seconds old."""
    path = build_path(warehouse, build_id)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table build_info as select ? as build_id", [build_id])
    os.utime(path, (1_800_000_000 - age, 1_800_000_000 - age))


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A folder with one published build."""
    finish(tmp_path, "first")
    publish(tmp_path, "first")
    return tmp_path


def test_the_pointer_moves_in_one_rename(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the very rename the old build is published, whole, and afterwards the new one."""
    finish(warehouse, "second")
    renames: list[tuple[str, str | None, str, str | None]] = []
    replace = Path.replace

    def watch(self: Path, target: Path) -> Path:
        before = published_build_id(warehouse)
        moved = replace(self, target)
        renames.append((target.name, before, self.name, published_build_id(warehouse)))
        return moved

    monkeypatch.setattr(Path, "replace", watch)
    publish(warehouse, "second")
    assert renames == [("current", "first", "current.second", "second")]


def test_a_publish_that_fails_leaves_the_pointer(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(warehouse, "second")

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        publish(warehouse, "second")
    assert published_build_id(warehouse) == "first"
    assert not list(warehouse.glob("current.*"))


def test_only_the_last_builds_stay(tmp_path: Path) -> None:
    for number in range(5):
        finish(tmp_path, f"{number}", age=100 - number)
        publish(tmp_path, f"{number}")
    left = sorted(path.name for path in tmp_path.glob("build_*"))
    assert left == [f"build_{number}.duckdb" for number in range(5 - KEPT_BUILDS, 5)]
    assert published_build_id(tmp_path) == "4"


def test_the_published_build_stays_even_if_it_is_the_oldest(tmp_path: Path) -> None:
    for number in range(5):
        finish(tmp_path, f"{number}", age=number)
    publish(tmp_path, "4")
    assert build_path(tmp_path, "4").exists()
    with closing(open_published(tmp_path).connection) as connection:
        assert connection.execute("from build_info").fetchall() == [("4",)]


@pytest.mark.parametrize(
    "sql",
    [
        "insert into build_info values ('mine')",
        "drop table build_info",
        "create table mine as select 1",
        "select * from read_csv('{secret}')",
        "select * from read_text('{secret}')",
        "select * from '{secret}'",
        "select * from glob('{folder}/*')",
        "copy build_info to '{folder}/out.csv'",
        "attach '{folder}/other.duckdb'",
        "install httpfs",
        "load '{secret}'",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "set lock_configuration = false",
        "set memory_limit = '1GB'",
        "export database '{folder}/out'",
    ],
)
def test_a_reader_can_only_read(warehouse: Path, tmp_path: Path, sql: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    before = sorted(tmp_path.rglob("*"))
    with closing(open_published(warehouse).connection) as connection:
        with pytest.raises(duckdb.Error):
            connection.cursor().execute(sql.format(secret=secret, folder=tmp_path)).fetchall()
        assert connection.cursor().execute("from build_info").fetchall() == [("first",)]
    assert sorted(tmp_path.rglob("*")) == before


def test_cursors_do_not_share_their_variables(warehouse: Path) -> None:
    published = open_published(warehouse)
    with closing(published.connection):
        one, two = published.cursor(), published.cursor()
        one.execute("set variable grain = 'month'")
        assert one.execute("select getvariable('grain')").fetchone() == ("month",)
        assert two.execute("select getvariable('grain')").fetchone() == (None,)


def test_nothing_is_published(tmp_path: Path) -> None:
    with pytest.raises(
        StandingError, match=r"There is no warehouse in .*: run `python cli.py build"
    ):
        open_published(tmp_path)
    with pytest.raises(StandingError, match="There is no warehouse in"):
        open_published(tmp_path / "nowhere")


def test_the_folder_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StandingError, match="There is no warehouse in"):
        open_published(tmp_path / "file")


@pytest.mark.parametrize("pointer", [b"", b"\n", b"gone", b"\xff\xfe\x00", b"../first"])
def test_a_pointer_to_nothing(warehouse: Path, pointer: bytes) -> None:
    (warehouse / "current").write_bytes(pointer)
    with pytest.raises(StandingError, match=r"run `python cli.py build|build it again with"):
        open_published(warehouse)


@pytest.mark.parametrize("kept", [0, 100, 5_000])
def test_a_file_that_is_no_warehouse(warehouse: Path, kept: int) -> None:
    path = build_path(warehouse, "first")
    content = path.read_bytes()
    path.write_bytes(content[:kept] + b"?" * (len(content) - kept) if kept else b"not a database")
    with pytest.raises(StandingError, match=r"cannot be opened .* build it again with") as raised:
        open_published(warehouse)
    assert "\n" not in str(raised.value)


def test_a_truncated_file(warehouse: Path) -> None:
    path = build_path(warehouse, "first")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(StandingError, match=r"cannot be opened .* build it again with"):
        open_published(warehouse)


def test_an_empty_file(warehouse: Path) -> None:
    build_path(warehouse, "first").write_bytes(b"")
    with pytest.raises(StandingError, match=r"cannot be opened .* build it again with"):
        open_published(warehouse)


def test_close(warehouse: Path) -> None:
    published = open_published(warehouse)
    published.close()
    with pytest.raises(duckdb.Error):
        published.cursor().execute("select 1")
