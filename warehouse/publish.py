"""Where a build is published: a new file under its own name, then one small pointer moved to it.

A reader opens the file that the pointer names, by its own path, so it never sees half a build, and
a build that fails leaves the last good one in place.
"""

import contextlib
import os
import re
import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from warehouse.errors import StandingError
from warehouse.home import POINTER, build_command
from warehouse.kept.durable import sync_folder
from warehouse.version import LAYOUT_VERSION, code_hash

# Two builds can be compared, and a reader of the one before last still finds its file.
KEPT_BUILDS = 3


@dataclass(frozen=True)
class Warehouse:
    """A published build, open for reading.

    Take a cursor for every query: a connection shared by threads returns other threads' rows. `problem` is a sentence
    where it is not the build that was published last, since that cannot be opened; else empty.
    """

    build_id: str
    path: Path
    connection: duckdb.DuckDBPyConnection
    problem: str = ""

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self.connection.cursor()

    def close(self) -> None:
        self.connection.close()


def build_path(warehouse: Path, build_id: str) -> Path:
    return warehouse / f"build_{build_id}.duckdb"


def unfinished_path(warehouse: Path, build_id: str) -> Path:
    return warehouse / f".unfinished_{build_id}.duckdb"


def next_build_id(warehouse: Path) -> str:
    """Return a name for a new build, whose number is above that of all others: no clock is asked."""
    ids = [_id_of(path) for path in warehouse.glob("build_*.duckdb")]
    number = max((_number(each) for each in [*ids, published_build_id(warehouse) or ""]), default=0)
    return f"{number + 1:06}-{secrets.token_hex(3)}"


def published_build_id(warehouse: Path) -> str | None:
    """Return the id of the published build, None where there is none."""
    try:
        pointer = (warehouse / POINTER).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    # Whatever else stands there, a path to another file for one, is not of our making.
    found = re.fullmatch(rb"([\w-]+)\s*", pointer)
    return found[1].decode("ascii", "replace") if found else None


def publish(warehouse: Path, build_id: str) -> None:
    """Move the pointer to a finished build in one rename, and drop the oldest files."""
    moved = warehouse / f"{POINTER}.{build_id}"
    try:
        with moved.open("w", encoding="utf-8") as file:
            file.write(build_id)
            file.flush()
            os.fsync(file.fileno())
        moved.replace(warehouse / POINTER)
        sync_folder(warehouse)
    finally:
        moved.unlink(missing_ok=True)

    published = build_path(warehouse, build_id)
    for path in _builds(warehouse)[KEPT_BUILDS:]:
        # Windows refuses to remove a file that a reader holds open; the next build tries again.
        with contextlib.suppress(PermissionError, FileNotFoundError):
            if path != published:
                path.unlink()


def sweep(warehouse: Path) -> None:
    """Remove what a killed build left: only for the one build that holds the lock."""
    for pattern in (".unfinished_*", "load-*", f"{POINTER}.*"):
        for path in warehouse.glob(pattern):
            with contextlib.suppress(OSError):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()


def open_published(warehouse: Path) -> Warehouse:
    """Open the published build: read-only, without external access, its configuration locked.

    Where its file is damaged or gone, the newest other build that opens is opened, with the `problem`. Raises
    StandingError where nothing is published, nothing opens, or another version of Standing built it.
    """
    build_id = published_build_id(warehouse)
    if build_id is None:
        raise StandingError(
            f"There is no warehouse in {warehouse}: run {build_command(warehouse, 'EXPORTS')} with"
            " the folder of your export."
        )
    try:
        return _open(warehouse, build_id)
    except _CannotOpen as error:
        for path in _builds(warehouse):
            with contextlib.suppress(StandingError):
                instead = _open(warehouse, _id_of(path))
                problem = f"{error} Until then you see the build before it ({instead.build_id})."
                return replace(instead, problem=problem)
        raise


def unreadable(path: Path, error: Exception, done: str = "read") -> StandingError:
    """What to do about a file of which a query fails: most often it is damaged."""
    return StandingError(
        f"The warehouse file {path} cannot be {done} ({str(error).splitlines()[0]}): build it"
        f" again with {build_command(path.parent)}."
    )


def is_current(warehouse: Path) -> bool:
    """Whether the published build opens and was made by this very code."""
    try:
        warehouse_now = open_published(warehouse)
    except StandingError:
        return False
    try:
        made_by = warehouse_now.connection.execute("select code_hash from build_info").fetchone()
    finally:
        warehouse_now.close()
    return not warehouse_now.problem and made_by == (code_hash(),)


class _CannotOpen(StandingError):
    """A file that is damaged or gone, where another may serve."""


def _open(warehouse: Path, build_id: str) -> Warehouse:
    path = build_path(warehouse, build_id)
    try:
        connection = duckdb.connect(
            str(path),
            read_only=True,
            config={"enable_external_access": "false", "lock_configuration": "true"},
        )
        layout = _read_layout(connection, path)
    except (duckdb.Error, OSError) as error:
        raise _CannotOpen(str(unreadable(path, error, "opened"))) from None
    if layout != LAYOUT_VERSION:
        connection.close()
        older = (
            f"an earlier version of Standing: build it again with {build_command(warehouse, 'EXPORTS')}"
            if layout < LAYOUT_VERSION
            else "a newer version of Standing: update this one, or build it again with"
            f" {build_command(warehouse)}"
        )
        raise StandingError(
            f"The warehouse in {warehouse} was built by {older} (its layout is {layout}, and this version reads"
            f" {LAYOUT_VERSION})."
        )
    return Warehouse(build_id, path, connection)


def _read_layout(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """The layout of an open file, 1 from before it was written down. Raises duckdb.Error or OSError for a cut file."""
    try:
        size = connection.execute(
            "select block_size * total_blocks + 3 * 4096 from pragma_database_size()"
        ).fetchone()
        if size and path.stat().st_size < size[0]:
            raise OSError("it is cut short")
        columns = connection.execute("select * from build_info limit 0").description or []
        if "layout_version" not in {name for name, *_ in columns}:
            return 1
        found = connection.execute("select layout_version from build_info").fetchone()
        return found[0] if found else 1
    except (duckdb.Error, OSError):
        connection.close()
        raise


def _builds(warehouse: Path) -> list[Path]:
    """The files of builds, the newest first."""
    paths = warehouse.glob("build_*.duckdb")
    return sorted(paths, key=lambda path: (_number(_id_of(path)), path.name), reverse=True)


def _id_of(path: Path) -> str:
    return path.stem.removeprefix("build_")


def _number(build_id: str) -> int:
    """The number of a build; a build from before they had one is older than all that have."""
    found = re.match(r"(\d+)(-|$)", build_id)
    return int(found[1]) if found else 0
