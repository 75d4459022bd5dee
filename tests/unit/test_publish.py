"""The published warehouse: one pointer, read-only, shut to everything outside it."""

import os
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from warehouse.errors import StandingError
from warehouse.publish import (
    KEPT_BUILDS,
    build_path,
    is_current,
    next_build_id,
    open_published,
    publish,
    published_build_id,
    sweep,
)
from warehouse.version import LAYOUT_VERSION, code_hash


def finish(warehouse: Path, build_id: str, age: int = 0, layout: int = LAYOUT_VERSION) -> None:
    """A finished build that nobody has published, so many seconds old."""
    path = build_path(warehouse, build_id)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table build_info as select ? as load_id, ? as layout_version, ? as code_hash",
            [build_id, layout, code_hash()],
        )
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


@pytest.mark.parametrize("is_backwards", [False, True], ids=["clock", "clock jumps back"])
def test_only_the_last_builds_stay(tmp_path: Path, is_backwards: bool) -> None:
    for number in range(5):
        finish(tmp_path, f"{number}", age=number if is_backwards else 100 - number)
        publish(tmp_path, f"{number}")
    left = sorted(path.name for path in tmp_path.glob("build_*"))
    assert left == [f"build_{number}.duckdb" for number in range(5 - KEPT_BUILDS, 5)]
    assert published_build_id(tmp_path) == "4"


def test_the_published_build_stays_even_if_it_is_the_oldest(tmp_path: Path) -> None:
    for number in range(5):
        finish(tmp_path, f"{number}")
    publish(tmp_path, "0")
    assert build_path(tmp_path, "0").exists()
    with closing(open_published(tmp_path).connection) as connection:
        assert connection.execute("select load_id from build_info").fetchall() == [("0",)]


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
        assert connection.cursor().execute("select load_id from build_info").fetchall() == [
            ("first",)
        ]
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


@pytest.mark.parametrize("pointer", [b"", b"\n", b"\xff\xfe\x00", b"../first"])
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


def test_a_damaged_file_gives_way_to_the_build_before(warehouse: Path) -> None:
    """What opens is shown, with a sentence; a build that was published after it is not."""
    for build_id in ("000002-b", "000010-a"):
        finish(warehouse, build_id)
        publish(warehouse, build_id)
    build_path(warehouse, "000010-a").write_bytes(b"not a database")
    with closing(open_published(warehouse).connection) as connection:
        found = connection.execute("select load_id from build_info").fetchall()
    assert found == [("000002-b",)]
    assert "cannot be opened" in open_published(warehouse).problem
    assert "you see the build before it (000002-b)" in open_published(warehouse).problem
    assert not is_current(warehouse)


def test_a_file_that_is_gone_gives_way_too(warehouse: Path) -> None:
    (warehouse / "current").write_text("gone")
    published = open_published(warehouse)
    published.close()
    assert (published.build_id, "gone" in published.problem) == ("first", True)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_file_that_is_cut_short(warehouse: Path, share: float) -> None:
    path = build_path(warehouse, "first")
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table filling as select hash(range) as value from range(500000)")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(StandingError, match=r"cannot be opened .* build it again with"):
        open_published(warehouse)


@pytest.mark.parametrize(
    ("layout", "sentence"),
    [
        (LAYOUT_VERSION - 1, "built by an earlier version of Standing: build it again"),
        (LAYOUT_VERSION + 1, "built by a newer version of Standing: update this one"),
    ],
)
def test_a_warehouse_of_another_version(tmp_path: Path, layout: int, sentence: str) -> None:
    finish(tmp_path, "one", layout=layout)
    publish(tmp_path, "one")
    with pytest.raises(StandingError, match=sentence):
        open_published(tmp_path)
    assert not is_current(tmp_path)


def test_a_warehouse_from_before_layouts_had_a_version(tmp_path: Path) -> None:
    with duckdb.connect(str(build_path(tmp_path, "one"))) as connection:
        connection.execute("create table build_info as select 'one' as build_id")
    publish(tmp_path, "one")
    with pytest.raises(StandingError, match="its layout is 1, and this version reads"):
        open_published(tmp_path)


def test_a_build_of_this_code_is_current(warehouse: Path) -> None:
    assert is_current(warehouse)
    with duckdb.connect(str(build_path(warehouse, "first"))) as connection:
        connection.execute("update build_info set code_hash = 'of other code'")
    assert not is_current(warehouse)


def test_builds_are_numbered_whatever_the_clock_says(tmp_path: Path) -> None:
    """A build of before they had numbers comes first; the pointer counts even where its file is gone."""
    assert next_build_id(tmp_path).startswith("000001-")
    finish(tmp_path, "20991122T103000-abcdef")
    assert next_build_id(tmp_path).startswith("000001-")
    finish(tmp_path, "000007-abcdef")
    assert next_build_id(tmp_path).startswith("000008-")
    publish(tmp_path, "000123-abcdef")
    assert next_build_id(tmp_path).startswith("000124-")


def test_what_a_killed_build_left_is_swept(warehouse: Path) -> None:
    kept = sorted(path.name for path in warehouse.iterdir())
    for name in (".unfinished_9.duckdb", ".unfinished_9.duckdb.wal", "current.9"):
        (warehouse / name).write_text("half")
    (warehouse / "load-abc").mkdir()
    (warehouse / "load-abc" / "scratch.duckdb").write_text("half")
    sweep(warehouse)
    assert sorted(path.name for path in warehouse.iterdir()) == kept
