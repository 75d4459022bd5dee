"""The files of an export: CSV files and workbooks in a folder, a ZIP or a folder of ZIPs; and what each is made of."""

import codecs
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse.errors import StandingError
from warehouse.reading.workbook import MAX_UNPACKED_BYTES, unpack_workbook

# Less than a record may hold (MAX_RECORD_BYTES in read.py), so that a chunk without a line end proves a long line.
CHUNK_BYTES = 2_000_000
# In text no control character but tab, line ends, form feed and escape is usual; random bytes hold 11 % of the others.
CONTROL_BYTES = bytes(set(range(32)) - {9, 10, 12, 13, 27})
MAX_CONTROL_SHARE = 0.05
WORKBOOK = ".xlsx"
# Text shrinks to a hundredth at most; a bomb to a thousandth. A weekly export is many ZIPs of up to 512 MB.
MAX_SHRINKAGE = 100
# Bytes that Windows-1252 leaves undefined.
UNDEFINED_IN_WINDOWS_1252 = b"\x81\x8d\x8f\x90\x9d"
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class ExportFile:
    """A CSV file of the export: `name` as the person knows it, `path` of a copy in UTF-8.

    A sheet of a workbook is one too: `name` is workbook.xlsx/Sheet, or workbook.xlsx where there is but one sheet.
    `problem` is a sentence where the file cannot be read at all, else empty. `lines` counts physical
    lines up to the last that is not blank.
    """

    name: str
    path: Path
    encoding: str = "utf-8"
    problem: str = ""
    lines: int = 0
    has_mixed_line_ends: bool = False
    has_nul: bool = False
    has_long_line: bool = False

    @property
    def stem(self) -> str:
        """The name by which files are matched: without folder and ending, in lower case."""
        *folders, last = self.name.split("/")
        is_sheet = bool(folders) and folders[-1].lower().endswith(WORKBOOK)
        return (last if is_sheet else Path(last).stem).lower()


def find_files(export: Path, workspace: Path) -> list[ExportFile]:
    """Return the CSV files of an export, unpacked into the workspace where they come zipped.

    Raises StandingError where there is no such folder, or nothing in it that could be read.
    """
    if not export.exists():
        raise StandingError(f"There is no folder or ZIP file {export}: give the path of an export.")
    try:
        candidates = sorted(export.iterdir()) if export.is_dir() else [export]
    except OSError as error:
        raise StandingError(f"The folder {export} cannot be read ({error.strerror}).") from None
    files: list[ExportFile] = []
    for path in candidates:
        if path.suffix.lower() == ".zip":
            # One ZIP alone needs no name before those of its files; the page packs uploads into one.
            prefix = f"{path.name}/" if export.is_dir() else ""
            files.extend(_unpack(path, workspace / f"zip_{len(files)}", prefix))
        elif path.is_file() and is_readable(path.name):
            files.extend(_open(path, path.name, workspace / f"book_{len(files)}"))
    if not files:
        seen = ", ".join(path.name for path in candidates[:10]) or "nothing"
        raise StandingError(
            f"{export} holds no CSV file, no workbook (.xlsx) and no ZIP file with one (it holds {seen}):"
            " give the folder or the ZIP files that the CRM exported."
        )
    return files


def is_readable(name: str) -> bool:
    """Whether a file is one of an export by its name; Excel's own lock files begin with ~$."""
    return name.lower().endswith((".csv", WORKBOOK)) and not name.startswith("~$")


def _open(path: Path, name: str, folder: Path) -> Iterator[ExportFile]:
    """A CSV file as it is, a workbook as one file a sheet."""
    if path.suffix.lower() != WORKBOOK:
        yield ExportFile(name, path)
        return
    sheets = list(unpack_workbook(path, name, folder))
    for title, sheet in sheets:
        yield ExportFile(name if len(sheets) == 1 else f"{name}/{title}", sheet)


def _unpack(archive: Path, folder: Path, prefix: str) -> Iterator[ExportFile]:
    """Extract the files of a ZIP under numbers of our own: its names never become paths."""
    folder.mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as opened:
            _refuse_bomb(archive, opened)
            for number, member in enumerate(opened.infolist()):
                name = member.filename.replace("\\", "/").rpartition("/")[2]
                if member.is_dir() or not is_readable(name):
                    continue
                target = folder / f"{number}{Path(name).suffix.lower()}"
                with opened.open(member) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy, CHUNK_BYTES)
                yield from _open(target, f"{prefix}{name}", folder / f"book_{number}")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise StandingError(
            f"The ZIP file {archive.name} cannot be unpacked ({error}): download it again,"
            " or unpack it yourself and give the folder."
        ) from None


def _refuse_bomb(archive: Path, opened: zipfile.ZipFile) -> None:
    """Refuse a ZIP by the sizes that it states: no more than those is unpacked of a member."""
    size = sum(member.file_size for member in opened.infolist() if is_readable(member.filename))
    if size > max(MAX_UNPACKED_BYTES, MAX_SHRINKAGE * archive.stat().st_size):
        raise StandingError(
            f"The ZIP file {archive.name} unpacks to {size / 1e9:,.1f} GB, more than {MAX_SHRINKAGE} times its size,"
            " which no export does: if it is one, unpack it yourself and give the folder."
        )


def scan_file(file: ExportFile, workspace: Path) -> ExportFile:
    """Read a file's bytes once and return what they are, with a path to the same text in UTF-8."""
    try:
        with file.path.open("rb") as opened:
            head = opened.read(65_536)
    except OSError as error:
        return replace(file, problem=f"The file cannot be opened ({error.strerror}).")
    mark, encoding = next(
        ((mark, name) for mark, name in MARKS if head.startswith(mark)), (b"", "")
    )
    if encoding != "utf-16" and _is_binary(head):
        return replace(file, problem="The file is not text: export it again as CSV (UTF-8).")
    if not encoding:
        encoding = _guess_encoding(file.path)
    if encoding != "utf-8" or mark:
        copy = workspace / f"utf8_{secrets.token_hex(8)}.csv"
        try:
            _transcode(file.path, copy, "utf-8-sig" if mark and encoding == "utf-8" else encoding)
        except UnicodeError:
            return replace(
                file,
                encoding=encoding,
                problem="The file begins as UTF-16 and does not go on so: export it again as UTF-8.",
            )
        file = replace(file, path=copy)
    return _measure(replace(file, encoding=encoding))


def _is_binary(head: bytes) -> bool:
    first_line = head.split(b"\n", 1)[0]
    controls = len(head) - len(head.translate(None, CONTROL_BYTES))
    return b"\0" in first_line or controls > MAX_CONTROL_SHARE * len(head)


def _guess_encoding(path: Path) -> str:
    """UTF-8 where every byte fits it (a cut last character excepted), else Windows-1252, else Latin-1."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf_8 = True
    for chunk in _chunks(path):
        if is_utf_8 and not (chunk.isascii() and not decoder.getstate()[0]):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_utf_8 = False
        if not is_utf_8:
            break
    if is_utf_8:
        return "utf-8"
    is_windows = not any(
        len(chunk) != len(chunk.translate(None, UNDEFINED_IN_WINDOWS_1252))
        for chunk in _chunks(path)
    )
    return "windows-1252" if is_windows else "latin-1"


def _transcode(source: Path, target: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with target.open("wb") as copy:
        for chunk in _chunks(source):
            copy.write(decoder.decode(chunk).encode("utf-8"))
        copy.write(decoder.decode(b"", final=encoding == "utf-16").encode("utf-8"))


def _measure(file: ExportFile) -> ExportFile:
    ends = windows_ends = mac_ends = blank_at_end = 0
    has_nul = has_long_line = False
    last = b"\n"
    for chunk in _chunks(file.path):
        new_ends = chunk.count(b"\n")
        ends += new_ends
        if b"\r" in chunk or last == b"\r":
            windows_ends += (last + chunk).count(b"\r\n")
            mac_ends += chunk.count(b"\r")
        has_long_line = has_long_line or (not new_ends and len(chunk) == CHUNK_BYTES)
        has_nul = has_nul or b"\0" in chunk
        body = chunk.rstrip(b"\r\n")
        blank_at_end = chunk[len(body) :].count(b"\n") + (0 if body else blank_at_end)
        last = chunk[-1:]
    return replace(
        file,
        lines=ends - max(blank_at_end - 1, 0) + (last != b"\n"),
        has_mixed_line_ends=not (mac_ends == windows_ends and windows_ends in (0, ends)),
        has_nul=has_nul,
        has_long_line=has_long_line,
    )


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        while chunk := opened.read(CHUNK_BYTES):
            yield chunk
