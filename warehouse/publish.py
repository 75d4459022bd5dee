"""Where a build is published: a new file under its own name, then one small pointer moved to it.

A reader opens the file that the pointer names, by its own path, so it never sees half a build, and
a build that fails leaves the last good one in place.
"""

import contextlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.errors import StandingError

POINTER = "current"
# Two builds can be compared, and a reader of the one before last still finds its file.
KEPT_BUILDS = 3


@dataclass(frozen=True)
class Warehouse:
    """A published build, open for reading.

    Take a cursor for every query: a connection shared by threads returns other threads' rows.
    """

    build_id: str
    path: Path
    connection: duckdb.DuckDBPyConnection

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self.connection.cursor()

    def close(self) -> None:
        self.connection.close()


def build_path(warehouse: Path, build_id: str) -> Path:
    return warehouse / f"build_{build_id}.duckdb"


def published_build_id(warehouse: Path) -> str | None:
    """Return the id of the published build, None where there is none."""
    try:
        pointer = (warehouse / POINTER).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    # Whatever else stands there, a path to another file for one, is not of our making.
    found = re.fullmatch(rb"([\w-]+)\s*", pointer)
    return found[1].decode("ascii") if found else None


def publish(warehouse: Path, build_id: str) -> None:
    """Move the pointer to a finished build in one rename, and drop the oldest files."""
    moved = warehouse / f"{POINTER}.{build_id}"
    try:
        with moved.open("w", encoding="utf-8") as file:
            file.write(build_id)
            file.flush()
            os.fsync(file.fileno())
        moved.replace(warehouse / POINTER)
    finally:
        moved.unlink(missing_ok=True)

    builds = sorted(warehouse.glob("build_*.duckdb"), key=lambda path: path.stat().st_mtime)
    published = build_path(warehouse, build_id)
    for path in builds[:-KEPT_BUILDS]:
        # Windows refuses to remove a file that a reader holds open; the next build tries again.
        with contextlib.suppress(PermissionError):
            if path != published:
                path.unlink()


def open_published(warehouse: Path) -> Warehouse:
    """Open the published build: read-only, without external access, its configuration locked.

    Raises StandingError where nothing is published or the file cannot be opened.
    """
    build_id = published_build_id(warehouse)
    if build_id is None:
        raise StandingError(
            f"There is no warehouse in {warehouse}: run `python cli.py build EXPORTS` with the"
            " folder of your export."
        )
    path = build_path(warehouse, build_id)
    try:
        connection = duckdb.connect(
            str(path),
            read_only=True,
            config={"enable_external_access": "false", "lock_configuration": "true"},
        )
    except duckdb.Error as error:
        raise StandingError(
            f"The warehouse file {path} cannot be opened ({str(error).splitlines()[0]}): build it"
            " again with `python cli.py build EXPORTS`."
        ) from None
    return Warehouse(build_id, path, connection)
