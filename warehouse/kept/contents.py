"""Files kept by what they hold: once under their hash, compressed, however many loads hold them."""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import pyarrow  # pyright: ignore[reportMissingTypeStubs]

from warehouse.errors import StandingError
from warehouse.home import build_command
from warehouse.kept.durable import sync

_arrow: Any = pyarrow
CHUNK_BYTES = 4_000_000


@dataclass(frozen=True)
class KeptFile:
    """A file by the name that the person knows, the sha256 of its bytes, and their number."""

    name: str
    sha256: str
    size: int


def hash_file(name: str, path: Path) -> KeptFile:
    """Read a file once. Raises OSError where it cannot be read."""
    digest = hashlib.sha256()
    size = 0
    for chunk in _chunks(path):
        digest.update(chunk)
        size += len(chunk)
    return KeptFile(name, digest.hexdigest(), size)


def content_path(folder: Path, sha256: str) -> Path:
    return folder / f"{sha256}.zst"


def pack(kept: KeptFile, path: Path, folder: Path, stop: Event) -> None:
    """Compress a file into the folder; StandingError where it is no longer what was hashed.

    `stop` ends it early, with a file that nobody will use.
    """
    target = content_path(folder, kept.sha256)
    digest = hashlib.sha256()
    with (
        _arrow.OSFile(str(target), "wb") as opened,
        _arrow.CompressedOutputStream(opened, "zstd") as compressed,
    ):
        for chunk in _chunks(path):
            digest.update(chunk)
            compressed.write(chunk)
            if stop.is_set():
                return
    if digest.hexdigest() != kept.sha256:
        raise changed(kept.name)
    sync(target)


def unpack(folder: Path, kept: KeptFile, target: Path) -> None:
    """Write a kept file's bytes; StandingError where they are missing or not what was kept."""
    digest = hashlib.sha256()
    try:
        with (
            _arrow.input_stream(
                str(content_path(folder, kept.sha256)), compression="zstd"
            ) as compressed,
            target.open("wb") as opened,
        ):
            while chunk := compressed.read(CHUNK_BYTES):
                digest.update(chunk)
                opened.write(chunk)
        is_whole = digest.hexdigest() == kept.sha256
    except FileNotFoundError:
        is_whole = False
    except OSError as error:
        # A full disk is not the kept file's fault.
        if error.errno is not None:
            raise
        is_whole = False
    if not is_whole:
        raise StandingError(
            f"The kept copy of {kept.name} ({content_path(folder, kept.sha256)}) is missing or damaged:"
            " put it back from a backup, or delete it and build that export again with"
            f" {build_command(folder.parent.parent, 'EXPORTS')}."
        )


def changed(name: str) -> StandingError:
    return StandingError(
        f"{name} changed while it was read: wait until the export is complete, then build again."
    )


def drop_others(folder: Path, wanted: Iterable[str]) -> None:
    """Remove the contents that no load holds: of a build that ended before its load was kept."""
    names = {content_path(folder, sha256).name for sha256 in wanted}
    for path in folder.glob("*"):
        if path.name not in names:
            with contextlib.suppress(OSError):
                path.unlink()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        while chunk := opened.read(CHUNK_BYTES):
            yield chunk
