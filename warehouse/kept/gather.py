"""An export becomes a load: its files hashed, what is new compressed beside the build, and kept at its end."""

import dataclasses
import os
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Event

from warehouse.errors import StandingError
from warehouse.kept.contents import KeptFile, changed, content_path, hash_file, pack
from warehouse.kept.durable import sync, sync_folder
from warehouse.kept.loads import (
    BookedFile,
    Load,
    contents_folder,
    customers_path,
    draft_load,
    list_loads,
    write_manifest,
)
from warehouse.reading.files import find_files

_Stamp = tuple[int, int]


@dataclass(frozen=True)
class Gathered:
    """A load, the loads up to it (it is the last), and where its contents lie uncompressed.

    `is_newest`: no load became known after it.
    """

    load: Load
    loads: Sequence[Load]
    is_new: bool
    is_newest: bool
    at_hand: dict[str, Path]
    stamps: dict[Path, _Stamp]

    def check_unchanged(self) -> None:
        """Raise StandingError where a file of the export is no longer what was hashed."""
        for path, stamp in self.stamps.items():
            if _stamp(path) != stamp:
                raise changed(path.name)


def gather_export(
    warehouse: Path,
    export: Path,
    workspace: Path,
    *,
    is_delta: bool,
    as_of: date | None,
    source: Path | None,
    known_at: datetime | None,
) -> Gathered:
    """Hash the files of an export, and of its mapping, and say which load they are.

    Raises StandingError where they cannot be read.
    """
    found = [(file.name, file.path) for file in find_files(export, workspace)]
    mapping = [(path.name, path) for path in _list_source(source)]
    stamps = {path: _stamp(path) for _, path in (*found, *mapping)}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        kept = list(pool.map(_hash, (*found, *mapping)))
    loads = list_loads(warehouse)
    load = draft_load(
        loads,
        kept[: len(found)],
        is_delta=is_delta,
        as_of=as_of,
        made_from=str(export),
        source=kept[len(found) :],
        source_folder=str(source or ""),
        known_at=known_at,
    )
    is_new = load not in loads
    up_to = [*(each for each in loads if each.order < load.order), load]
    return Gathered(
        load,
        up_to,
        is_new,
        all(each.order <= load.order for each in loads),
        {each.sha256: path for each, (_, path) in zip(kept, (*found, *mapping), strict=True)},
        stamps,
    )


class Packing:
    """New contents on their way into a folder of the workspace, in a thread beside the build."""

    def __init__(self, warehouse: Path, gathered: Gathered, workspace: Path) -> None:
        self.warehouse, self.gathered = warehouse, gathered
        self.folder = workspace / "contents"
        self.folder.mkdir()
        self._futures: list[Future[None]] = []
        self._stop = Event()

    @contextmanager
    def at_work(self) -> Generator["Packing"]:
        """Compress what no load holds yet; whoever leaves early ends it."""
        load = self.gathered.load
        missing = {
            kept.sha256: kept
            for kept in (*load.files, *load.source)
            if kept.sha256 in self.gathered.at_hand
            and not content_path(contents_folder(self.warehouse), kept.sha256).exists()
        }
        with ThreadPoolExecutor(1) as pool:
            try:
                for kept in missing.values():
                    path = self.gathered.at_hand[kept.sha256]
                    self._futures.append(pool.submit(pack, kept, path, self.folder, self._stop))
                yield self
            finally:
                self._stop.set()
                for future in self._futures:
                    future.cancel()

    def keep(self, customers: Path, books: Sequence[BookedFile]) -> None:
        """Wait for the contents and put them in their place, then make the load count."""
        for future in self._futures:
            future.result()
        target = contents_folder(self.warehouse)
        target.mkdir(parents=True, exist_ok=True)
        for path in sorted(self.folder.iterdir()):
            path.replace(target / path.name)
        sync_folder(target)
        if self.gathered.is_new:
            sync(customers)
            customers.replace(customers_path(self.warehouse, self.gathered.load))
            write_manifest(
                self.warehouse, dataclasses.replace(self.gathered.load, books=tuple(books))
            )


def _list_source(source: Path | None) -> list[Path]:
    if source is None:
        return []
    try:
        return sorted(path for path in source.iterdir() if path.suffix in (".toml", ".sql"))
    except OSError as error:
        raise StandingError(
            f"The mapping {source} cannot be read ({error.strerror}): give a folder with source.toml."
        ) from None


def _hash(file: tuple[str, Path]) -> KeptFile:
    name, path = file
    try:
        return hash_file(name, path)
    except OSError as error:
        raise StandingError(
            f"{name} cannot be read ({error.strerror}): put it right or take it out of the folder, then build again."
        ) from None


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_mtime_ns, found.st_size
