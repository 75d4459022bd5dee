"""Files that came through the browser, kept as one ZIP of ours: their names stand in it and never become paths."""

import hashlib
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from warehouse.errors import StandingError

ENDINGS = (".csv", ".xlsx", ".zip")
# As much as a browser sends in a few minutes; larger exports are built with cli.py.
MOST_BYTES = 1_000_000_000
MOST_FILES = 500
KEPT_UPLOADS = 5
CHUNK_BYTES = 1_000_000


def keep_upload(files: Iterable[tuple[str, IO[bytes]]], folder: Path) -> Path:
    """Pack files (name, opened for reading) into one ZIP in a folder; the same files have the same path.

    A ZIP among them is unpacked first. Raises StandingError where they are too many or too large, are no CSV or Excel
    files, or cannot be read or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as workspace:
            packed = Path(workspace) / "upload.zip"
            digest = _pack(files, packed)
            target = folder / digest / "export.zip"
            target.parent.mkdir(exist_ok=True)
            packed.replace(target)
        _drop_old(folder, target)
    except OSError as error:
        raise StandingError(f"The files cannot be kept in {folder}: {error.strerror}.") from None
    return target


def _pack(files: Iterable[tuple[str, IO[bytes]]], packed: Path) -> str:
    """Write the files into a ZIP; return a hash of names and contents."""
    digest = hashlib.sha256()
    taken: set[str] = set()
    left = MOST_BYTES
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:

        def add(given: str, source: IO[bytes]) -> None:
            nonlocal left
            name = to_file_name(given, taken)
            taken.add(name.lower())
            if len(taken) > MOST_FILES:
                raise StandingError(
                    f"These are more than {MOST_FILES} files: give those of one export."
                )
            digest.update(f"{name}\0".encode())
            # A fixed time, so that the same files are the same ZIP.
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
                while chunk := source.read(CHUNK_BYTES):
                    left -= len(chunk)
                    if left < 0:
                        raise StandingError(
                            f"The files hold more than {MOST_BYTES / 1e9:g} GB: build them with"
                            " `python cli.py build EXPORTS --source FOLDER`."
                        )
                    digest.update(chunk)
                    target.write(chunk)

        for given, source in files:
            if not given.lower().endswith(ENDINGS):
                raise StandingError(f"{given} is neither .csv, .xlsx nor .zip: export it as one.")
            if given.lower().endswith(".zip"):
                _add_members(given, source, add)
            else:
                add(given, source)
    if not taken:
        raise StandingError(
            "None of these files is a CSV or Excel file: give what the CRM exported."
        )
    return digest.hexdigest()[:16]


def _add_members(given: str, source: IO[bytes], add: Callable[[str, IO[bytes]], None]) -> None:
    """Add the CSV and Excel files of a ZIP; folders in it and other files are left out."""
    try:
        with zipfile.ZipFile(source) as opened:
            for member in opened.infolist():
                if not member.is_dir() and member.filename.lower().endswith(ENDINGS[:2]):
                    with opened.open(member) as content:
                        add(member.filename, content)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise StandingError(
            f"The ZIP file {given} cannot be unpacked ({error}): download it again."
        ) from None


def to_file_name(given: str, taken: Iterable[str]) -> str:
    """A file's name as its person knows it: without folder and control characters, 120 characters long, not taken."""
    name = re.sub(r"[\x00-\x1f\x7f]", "", given.replace("\\", "/").rpartition("/")[2]).strip()
    stem, dot, ending = name.rpartition(".")
    stem = stem[:120] or "file"
    found, number = f"{stem}{dot}{ending}", 2
    while found.lower() in taken:
        found, number = f"{stem} ({number}){dot}{ending}", number + 1
    return found


def _drop_old(folder: Path, newest: Path) -> None:
    found = folder.glob("*/export.zip")
    kept = sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[KEPT_UPLOADS:]:
        if path != newest:
            path.unlink(missing_ok=True)
