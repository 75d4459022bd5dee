"""Small exports with something odd in them, each through a whole build."""

import contextlib
import io
import re
import shutil
import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import openpyxl
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from tests.fuzz.inputs import DATES, Style, Table, edit, odd_cells, write_table, written_as
from tests.fuzz.kinds import to_kind
from tests.fuzz.layout import LAYOUTS, layout_mapping, layout_tables
from warehouse.build import build
from warehouse.errors import StandingError
from warehouse.publish import open_published, published_build_id
from warehouse.reading.files import ExportFile, find_files, scan_file
from warehouse.reading.read import read_header
from warehouse.reading.records import read_records
from warehouse.settings import Settings, load_settings

AS_OF = date(2026, 11, 15)
LONG_CELL = "x" * 4_500_000
NO_EDIT = bytes(4)
CODES = st.binary(min_size=4, max_size=4)
USUAL: Style = ("always", ",", "\n", "utf-8")
SETTINGS = ["reporting_currency", "time_zone", "dimensions", "qualified_stages", "hold_weeks", "gross_margin",
            "silent_window_days", "close_lag_days", "fiscal_year_first_month", "ltv_horizon_months",
            "minimum_denominator", "usage_drop_ratio", "record_url", "unheard_of"]  # fmt: skip
VALUES = ['""', '"EUR"', '"USD"', '"Asia/Kathmandu"', '"Mars"', "[]", '["segment"]', '["Won", "Talks"]', "0", "1",
          "12", "52", "3660", "-1", "0.5", "1e9", "nan", "inf", "true",
          "2026-01-01", '"{id}"', '"""a\\nb"""', "{}"]  # fmt: skip


@dataclass(frozen=True)
class Export:
    """Files by name, the text of a settings file, the as-of date asked for, and how they are built.

    `is_zipped`: as one ZIP file, `zip_code` edits its bytes. `is_first`: into an empty warehouse. `is_delta`: as what
    changed since then. `mapping`: the files of a folder for --source.
    """

    files: dict[str, bytes]
    settings: str = ""
    as_of: date | None = AS_OF
    is_zipped: bool = False
    is_first: bool = False
    is_delta: bool = False
    layout: str = "salesforce"
    zip_code: bytes = NO_EDIT
    mapping: Mapping[str, bytes] = field(default_factory=dict[str, bytes])


def plain_export(layout: str) -> Export:
    """A layout as it is, nothing odd."""
    files = {name: write_table(table, *USUAL) for name, table in layout_tables(layout).items()}
    return Export(files, layout=layout, mapping=layout_mapping(layout))


@st.composite
def exports(draw: st.DrawFn) -> Export:
    """A small export of some system with one to four things wrong, most often in one table."""
    layout = draw(st.sampled_from(["salesforce", *LAYOUTS]))
    tables = layout_tables(layout)
    mapping = layout_mapping(layout)
    books: set[str] = set()
    zip_code = NO_EDIT
    styles = dict.fromkeys(tables, USUAL)
    codes: dict[str, bytes] = {}
    names = st.sampled_from(sorted(tables))
    lines: list[str] = []
    as_of: date | None = AS_OF
    is_zipped = is_delta = False
    is_first = draw(st.booleans())
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.integers(0, 23))
        name = draw(names)
        if kind <= 7:
            change_cell(draw, tables[name])
        elif kind <= 11:
            change_header(draw, tables[name])
        elif kind <= 13:
            change_rows(draw, tables[name])
        elif kind == 14:
            styles[name] = draw(written_as())
        elif kind == 15:
            codes[name] = draw(CODES)
        elif kind == 16:
            tables[name] = draw(st.sampled_from([[], [[]], tables[name][:1], [["Dish"], ["soup"]]]))
        elif kind == 17:
            lines.append(f"{draw(st.sampled_from(SETTINGS))} = {draw(st.sampled_from(VALUES))}")
        elif kind == 18:
            as_of = draw(
                st.one_of(st.none(), st.dates(), st.dates(date(2024, 1, 1), date(2030, 1, 1)))
            )
        elif kind == 19:
            is_zipped = True
        elif kind == 20:
            is_delta = True
        elif kind == 21:
            books.add(name)
        elif kind == 22:
            is_zipped, zip_code = True, draw(CODES)
        elif mapping:
            part = draw(st.sampled_from(sorted(mapping)))
            mapping[part] = edit(mapping[part], draw(CODES))
    files: dict[str, bytes] = {}
    for name, table in tables.items():
        is_book = name in books
        data = write_workbook(table) if is_book else write_table(table, *styles[name])
        files[f"{Path(name).stem}.xlsx" if is_book else name] = edit(data, codes.get(name, NO_EDIT))
    text = "\n".join(dict.fromkeys(lines))
    return Export(files, text, as_of, is_zipped, is_first, is_delta, layout, zip_code, mapping)


def write_workbook(table: Table) -> bytes:
    """A table as the one sheet of a workbook, numbers and days in cells of their own types."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    for row in table:
        sheet.append([to_value(cell) for cell in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def to_value(cell: str) -> object:
    """What Excel would make of a text that is typed into it."""
    for convert in (int, float, date.fromisoformat):
        with contextlib.suppress(ValueError):
            value = convert(cell)
            return value if cell.isascii() and "e" not in cell.lower() else cell
    return ILLEGAL_CHARACTERS_RE.sub("", cell)[:32_000]


def change_cell(draw: st.DrawFn, table: Table) -> None:
    """Put an odd value, or another row's, into a cell."""
    if len(table) < 2 or not table[0]:
        return
    row = draw(st.integers(1, len(table) - 1))
    column = draw(st.integers(0, len(table[row]) - 1)) if table[row] else 0
    other = table[draw(st.integers(1, len(table) - 1))]
    values = st.one_of(odd_cells, odd_cells, st.sampled_from(DATES), st.sampled_from(other or [""]))
    rare = draw(st.integers(0, 60))
    table[row][column : column + 1] = [LONG_CELL if rare == 60 else draw(values)]


def change_header(draw: st.DrawFn, table: Table) -> None:
    """Leave a column out, rename it, give its name to another, or write it in another way."""
    if not table or not table[0]:
        return
    header = table[0]
    column = draw(st.integers(0, len(header) - 1))
    other = draw(st.sampled_from(header))
    kind = draw(st.integers(0, 5))
    if kind == 0:
        for row in table:
            del row[column : column + 1]
    elif kind == 1:
        for row in table:
            row.append(row[column] if column < len(row) else "")
    else:
        name = header[column]
        header[column] = [name.upper(), f" {name} ", other, draw(odd_cells)][kind - 2]


def change_rows(draw: st.DrawFn, table: Table) -> None:
    """Repeat a row, leave it out, or make it longer or shorter."""
    if len(table) < 2:
        return
    at = draw(st.integers(1, len(table) - 1))
    row = table[at]
    table[at : at + 1] = draw(
        st.sampled_from(
            [
                [row, list(row)],
                [],
                [[*row, "x"]],
                [row[:-1]],
                [row, [""] * len(row)],
                [["Total"], row],
            ]
        )
    )


class Builder:
    """A published warehouse, on a copy of which one export after another is built."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._empty = folder / "empty"
        self._empty.mkdir()
        self._bases: dict[str, Path] = {}

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def check(self, export: Export) -> str:
        """Build an export and return what came of it.

        Raises AssertionError where a row is lost or a failed build leaves a trace, and whatever the build raises
        beside StandingError.
        """
        warehouse = self._folder / "warehouse"
        # A file of 10 MB that no build changes is linked and not copied.
        base = self._empty if export.is_first else self._base(export.layout)
        shutil.copytree(base, warehouse, copy_function=lambda old, new: Path(new).hardlink_to(old))
        before = listing(warehouse)
        try:
            self._build(export, warehouse)
            check_books(warehouse, self._folder)
            assert published_build_id(warehouse) != published_build_id(base)
            return f"built from {export.layout}"
        except StandingError as error:
            sentence = str(error)
            assert sentence.endswith((".", ")")), f"no sentence: {sentence}"
            assert listing(warehouse) == before, f"left behind: {listing(warehouse)}"
            return f"refused: {to_kind(sentence)}"
        finally:
            shutil.rmtree(warehouse)

    def _base(self, layout: str) -> Path:
        """A warehouse with this layout published as it is."""
        if layout not in self._bases:
            base = self._folder / f"base_{layout}"
            self._build(plain_export(layout), base)
            self._bases[layout] = base
        return self._bases[layout]

    def _build(self, export: Export, warehouse: Path) -> None:
        files: Mapping[str, bytes] = export.files
        if export.is_zipped:
            files = {"export.zip": edit(zipped(export.files), export.zip_code)}
        folder = write_folder(self._folder / "export", files)
        source = None
        if export.mapping:
            source = write_folder(self._folder / "mapping", export.mapping)
        settings = Settings()
        if export.settings:
            path = self._folder / "settings.toml"
            path.write_text(export.settings, encoding="utf-8")
            settings = load_settings(path)
        as_of, is_delta = export.as_of, export.is_delta
        build(folder, warehouse, settings, as_of, is_delta=is_delta, source=source)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> Path:
    """A folder with these files and no others."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def zipped(files: dict[str, bytes]) -> bytes:
    """One ZIP file of these."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def listing(warehouse: Path) -> list[tuple[str, int, int]]:
    """What stands in a warehouse folder: names, sizes and moments of change."""
    files = [
        path for path in warehouse.rglob("*") if path.is_file() and not path.name.endswith(".lock")
    ]
    return sorted(
        (str(path.relative_to(warehouse)), path.stat().st_size, path.stat().st_mtime_ns)
        for path in files
    )


def check_books(warehouse: Path, folder: Path) -> None:
    """The published build accounts for every row of every file, as counted here once more."""
    with closing(open_published(warehouse).connection) as connection:
        booked = connection.execute(
            "select file, rows_in, accepted, rejected, deleted, set_aside from load_files where not is_derived"
        ).fetchall()
        kept = connection.execute("select count(*) from rejected_rows").fetchone()
    for file, rows_in, *parts in booked:
        assert rows_in == sum(parts), f"{file}: {rows_in} rows, and {parts} booked"
    assert kept == (sum(rejected for _, _, _, rejected, *_ in booked),)
    workspace = folder / "work"
    shutil.rmtree(workspace, ignore_errors=True)
    workspace.mkdir()
    files = find_files(folder / "export", workspace)
    counted = {file.name: count_records(file, workspace) for file in files}
    # The files of the load that a delta changes are booked under its name.
    of_load_before = re.compile(r"load_\d+_\w+/")
    read = {file: rows_in for file, rows_in, *_ in booked if not of_load_before.match(file)}
    assert read == counted, f"rows in {read}, and the files have {counted}"


def count_records(file: ExportFile, workspace: Path) -> int:
    """Records of a file after its header; none where the file cannot be read at all."""
    file = scan_file(file, workspace)
    raw = None if file.problem else read_header(file, 0)
    if raw is None or raw.file.problem:
        return 0
    with raw.file.path.open(encoding="utf-8", errors="replace", newline="") as opened:
        return sum(1 for _ in read_records(opened, raw.delimiter, len(raw.header))) - 1
