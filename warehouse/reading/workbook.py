"""An Excel workbook as the CSV files that Excel would save: one a sheet."""

import csv
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from warehouse.errors import StandingError

# The old .xls, and every workbook with a password, is a compound file of this mark and no ZIP.
COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
# A workbook is a ZIP of texts that shrink to a hundredth; a million rows of fifty columns are 2 GB.
MAX_UNPACKED_BYTES = 4_000_000_000


def unpack_workbook(path: Path, name: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Write every sheet that is not empty as a CSV file into a folder; yield its title and the file.

    Dates become ISO, formulas the values that Excel kept. Raises StandingError where the workbook cannot be read.
    """
    try:
        with path.open("rb") as opened:
            is_compound = opened.read(4) == COMPOUND_FILE
        if is_compound:
            raise StandingError(
                f"The workbook {name} has a password or the old format .xls: open it in Excel and save it as .xlsx"
                " without a password, or as CSV."
            )
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MAX_UNPACKED_BYTES:
            raise StandingError(
                f"The workbook {name} unpacks to {size / 1e9:,.1f} GB: export it as CSV."
            )
        yield from _write_sheets(path, folder)
    except StandingError:
        raise
    except Exception as error:
        # A damaged workbook makes openpyxl raise whatever its parts raise: KeyError, ValueError, zlib.error and more.
        raise StandingError(
            f"The workbook {name} cannot be read ({' '.join(str(error).split()) or type(error).__name__}):"
            " open it in Excel and save it again, or save its sheets as CSV."
        ) from None


def _write_sheets(path: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    # Not at the top: a quarter of a second of every command, and most exports have no workbook.
    import openpyxl

    folder.mkdir(parents=True, exist_ok=True)
    workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        for number, sheet in enumerate(workbook.worksheets):
            # The range that a sheet claims may be a million rows of 16,384 columns with nothing in them.
            sheet.reset_dimensions()
            target = folder / f"{number}.csv"
            if _write_rows(sheet.iter_rows(), target):
                yield sheet.title, target
    finally:
        workbook.close()


def _write_rows(rows: Iterable[tuple[Any, ...]], target: Path) -> int:
    """Write rows as CSV: an empty row is an empty line, a short one is filled up to the header's width."""
    width = written = 0
    with target.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for row in rows:
            cells = [_to_text(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if not cells:
                opened.write("\n")
                continue
            width = width or len(cells)
            writer.writerow(cells + [""] * (width - len(cells)))
            written += 1
    return written


def _to_text(cell: Any) -> str:
    value: object = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        # A day is a moment at midnight whose format shows no time.
        is_day = (
            not (value.hour or value.minute or value.second)
            and "h" not in cell.number_format.lower()
        )
        precision = "milliseconds" if value.microsecond else "seconds"
        return str(value.date()) if is_day else value.isoformat(" ", precision)
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
