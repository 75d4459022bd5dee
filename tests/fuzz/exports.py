"""Small exports with something odd in them, each through a whole build."""

import io
import shutil
import zipfile
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from tests.fuzz.inputs import DATES, Style, Table, edit, odd_cells, write_table, written_as
from tests.fuzz.kinds import to_kind
from tests.small_export import FILES
from warehouse.build import build
from warehouse.errors import StandingError
from warehouse.files import ExportFile, scan_file
from warehouse.publish import open_published, published_build_id
from warehouse.read import read_header
from warehouse.records import read_records
from warehouse.settings import Settings, load_settings

AS_OF = date(2026, 11, 15)
LONG_CELL = "x" * 4_500_000
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

    `is_zipped`: as one ZIP file. `is_first`: into an empty warehouse. `is_delta`: as what changed since then.
    """

    files: dict[str, bytes]
    settings: str = ""
    as_of: date | None = AS_OF
    is_zipped: bool = False
    is_first: bool = False
    is_delta: bool = False


def small_tables() -> dict[str, Table]:
    """The small export as tables with their headers."""
    return {
        f"{name}.csv": [list(rows[0]), *([str(cell) for cell in row.values()] for row in rows)]
        for name, rows in FILES.items()
    }


@st.composite
def exports(draw: st.DrawFn) -> Export:
    """The small export with one to four things wrong, most often in one table."""
    tables = small_tables()
    styles = dict.fromkeys(tables, USUAL)
    codes: dict[str, bytes] = {}
    names = st.sampled_from(sorted(tables))
    lines: list[str] = []
    as_of: date | None = AS_OF
    is_zipped = is_delta = False
    is_first = draw(st.booleans())
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.integers(0, 20))
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
            codes[name] = draw(st.binary(min_size=4, max_size=4))
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
        else:
            is_delta = True
    files = {name: write_table(table, *styles[name]) for name, table in tables.items()}
    files |= {name: edit(files[name], code) for name, code in codes.items()}
    return Export(files, "\n".join(dict.fromkeys(lines)), as_of, is_zipped, is_first, is_delta)


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
        self._base = folder / "base"
        self._build(
            Export({name: write_table(table, *USUAL) for name, table in small_tables().items()}),
            self._base,
        )

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def check(self, export: Export) -> str:
        """Build an export and return what came of it.

        Raises AssertionError where a row is lost or a failed build leaves a trace, and whatever the build raises
        beside StandingError.
        """
        warehouse = self._folder / "warehouse"
        # A file of 10 MB that no build changes is linked and not copied.
        base = self._empty if export.is_first else self._base
        shutil.copytree(base, warehouse, copy_function=lambda old, new: Path(new).hardlink_to(old))
        before = listing(warehouse)
        try:
            self._build(export, warehouse)
            check_books(warehouse, self._folder / "export")
            assert published_build_id(warehouse) != published_build_id(self._base)
            return "built"
        except StandingError as error:
            sentence = str(error)
            assert sentence.endswith((".", ")")), f"no sentence: {sentence}"
            assert listing(warehouse) == before, f"left behind: {listing(warehouse)}"
            return f"refused: {to_kind(sentence)}"
        finally:
            shutil.rmtree(warehouse)

    def _build(self, export: Export, warehouse: Path) -> None:
        folder = self._folder / "export"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        given = folder
        if export.is_zipped:
            given = folder / "export.zip"
            given.write_bytes(zipped(export.files))
        else:
            for name, data in export.files.items():
                (folder / name).write_bytes(data)
        settings = Settings()
        if export.settings:
            path = self._folder / "settings.toml"
            path.write_text(export.settings, encoding="utf-8")
            settings = load_settings(path)
        build(given, warehouse, settings, export.as_of, is_delta=export.is_delta)


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


def check_books(warehouse: Path, export: Path) -> None:
    """The published build accounts for every row of every file, as counted here once more."""
    with closing(open_published(warehouse).connection) as connection:
        booked = connection.execute(
            "select file, rows_in, accepted, rejected, deleted, set_aside from load_files where not is_derived"
        ).fetchall()
        kept = connection.execute("select count(*) from rejected_rows").fetchone()
    for file, rows_in, *parts in booked:
        assert rows_in == sum(parts), f"{file}: {rows_in} rows, and {parts} booked"
    assert kept == (sum(rejected for _, _, _, rejected, *_ in booked),)
    counted = {path.name: count_records(path) for path in export.glob("*.csv")}
    if counted:
        # The files of the load that a delta changes are booked under its name.
        read = {file: rows_in for file, rows_in, *_ in booked if "/" not in file}
        assert read == counted, f"rows in {read}, and the files have {counted}"


def count_records(path: Path) -> int:
    """Records of a file after its header; none where the file cannot be read at all."""
    workspace = path.parent / "work"
    workspace.mkdir(exist_ok=True)
    file = scan_file(ExportFile(path.name, path), workspace)
    raw = None if file.problem else read_header(file, 0)
    if raw is None or raw.file.problem:
        return 0
    with raw.file.path.open(encoding="utf-8", errors="replace", newline="") as opened:
        return sum(1 for _ in read_records(opened, raw.delimiter, len(raw.header))) - 1
