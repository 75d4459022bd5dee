"""A workbook is read as the CSV files that Excel would save of it."""

import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from warehouse.errors import StandingError
from warehouse.reading.files import find_files, scan_file


def write_workbook(path: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    workbook = openpyxl.Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def read_sheets(export: Path, workspace: Path) -> dict[str, tuple[str, str]]:
    workspace.mkdir(exist_ok=True)
    files = [scan_file(file, workspace) for file in find_files(export, workspace)]
    return {file.name: (file.stem, file.path.read_text(encoding="utf-8")) for file in files}


def test_cells_become_the_texts_of_a_csv_file(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [" Full Name", "Day", "Moment", "Time", "Number", "Id", "Flag", "Empty", "Sum"],
        ["Müller; \"Söhne\"", date(2026, 3, 4), datetime(2026, 3, 4, 13, 1, 2), time(7, 30), 1.5, 17850.0, True, None,
         "#N/A"],
        [],
        ["two\nlines", datetime(2026, 3, 4), None, None, 1440708583408.5, 12],
    ]  # fmt: skip
    write_workbook(tmp_path / "Deals.xlsx", Sheet1=rows)
    assert read_sheets(tmp_path, tmp_path / "work") == {
        "Deals.xlsx": (
            "deals",
            '" Full Name","Day","Moment","Time","Number","Id","Flag","Empty","Sum"\n'
            '"Müller; ""Söhne""","2026-03-04","2026-03-04 13:01:02","07:30:00","1.5","17850","TRUE","","#N/A"\n'
            "\n"
            '"two\nlines","2026-03-04 00:00:00","","","1440708583408.5","12","","",""\n',
        )
    }


def test_each_sheet_is_a_file_and_goes_by_its_title(tmp_path: Path) -> None:
    write_workbook(
        tmp_path / "crm.xlsx", Account=[["Id"], ["1"]], Empty=[], **{"Q1.2 Cases": [["Id"]]}
    )
    (tmp_path / "~$crm.xlsx").write_bytes(b"lock")
    found = read_sheets(tmp_path, tmp_path / "work")
    assert {name: stem for name, (stem, _) in found.items()} == {
        "crm.xlsx/Account": "account",
        "crm.xlsx/Q1.2 Cases": "q1.2 cases",
    }


def test_a_workbook_in_a_zip(tmp_path: Path) -> None:
    book = write_workbook(tmp_path / "Account.xlsx", One=[["Id"], ["1"]])
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.write(book, "data/Account.xlsx")
    book.unlink()
    assert read_sheets(tmp_path, tmp_path / "work") == {
        "export.zip/Account.xlsx": ("account", '"Id"\n"1"\n')
    }


def test_formulas_give_the_values_that_excel_kept(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", One=[["Id", "Sum"], ["1", "=1+1"]])
    # What openpyxl writes has no kept value; a file that Excel saved has one.
    assert read_sheets(tmp_path, tmp_path / "work")["a.xlsx"][1] == '"Id","Sum"\n"1",""\n'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "has a password or the old format"),
        (b"PK\x03\x04 and no more", "cannot be read"),
        (b"", "cannot be read"),
        (b"Id,Name\n1,a\n", "cannot be read"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_refused(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    (tmp_path / "bad.xlsx").write_bytes(data)
    with pytest.raises(StandingError, match=rf"The workbook bad.xlsx {sentence}.*save"):
        read_sheets(tmp_path, tmp_path / "work")


def test_a_workbook_whose_parts_are_damaged_or_missing(tmp_path: Path) -> None:
    good = write_workbook(tmp_path / "good.xlsx", One=[["Id"], ["1"]])
    for number, (part, content) in enumerate(
        [
            ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c"),
            ("xl/workbook.xml", b""),
            ("xl/styles.xml", b"<x>"),
        ]
    ):
        folder = tmp_path / f"case_{number}"
        folder.mkdir()
        with zipfile.ZipFile(good) as source, zipfile.ZipFile(folder / "bad.xlsx", "w") as target:
            for name in source.namelist():
                target.writestr(name, content if name == part else source.read(name))
        with pytest.raises(StandingError, match=r"The workbook bad.xlsx cannot be read"):
            read_sheets(folder, tmp_path / f"work_{number}")


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.reading.workbook.MAX_UNPACKED_BYTES", 100)
    write_workbook(tmp_path / "big.xlsx", One=[["Id"], ["1"]])
    with pytest.raises(StandingError, match=r"unpacks to .* GB: export it as CSV"):
        read_sheets(tmp_path, tmp_path / "work")


def test_a_sheet_that_claims_a_huge_range_is_read_by_its_cells(tmp_path: Path) -> None:
    good = write_workbook(tmp_path / "good.xlsx", One=[["Id"], ["1"]])
    folder = tmp_path / "export"
    folder.mkdir()
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(folder / "wide.xlsx", "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'))
    assert read_sheets(folder, tmp_path / "work")["wide.xlsx"][1] == '"Id"\n"1"\n'
