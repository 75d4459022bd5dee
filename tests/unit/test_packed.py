"""What the commands of a pack share: the words of a cell, the pack that is read, the file that is written."""

from argparse import Namespace
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from analyses.board.codec import to_json
from analyses.board.document import Cell
from analyses.board.writing import write_cell, write_time
from cli import main
from commands.packed import read_given, read_out, write_file
from exports.pdf import pack_to_pdf
from exports.presentation import to_presentation
from ledger.packs import PackRow, save_pack
from tests.packs import make_pack
from warehouse.errors import StandingError
from warehouse.publish import POINTER


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Cell(0.0312, "percent"), "3.1 %"),
        (Cell(0.004, "percent", is_change=True), "+0.4 pp"),
        (Cell(Decimal("41250.5"), "currency"), "EUR 41.3 k"),
        (Cell(date(2027, 1, 31)), "31 Jan 2027"),
        (Cell("= as it is"), "= as it is"),
        (Cell(None, "percent", reason="nobody at the start"), "n/a (nobody at the start)"),
        (Cell(None), "n/a"),
    ],
)
def test_a_cell_reads_as_the_pages_write_it(cell: Cell, text: str) -> None:
    assert write_cell(cell, "EUR") == text


def test_a_time_says_its_zone() -> None:
    assert write_time(datetime(2026, 10, 4, 8, 5)) == "4 Oct 2026, 08:05 UTC"


def test_the_newest_pack_is_read_unless_one_is_named(tmp_path: Path) -> None:
    pack = make_pack()
    for name in ("first", "second"):
        row = PackRow(name, name, pack.quarter_start, pack.frozen_at, "Ada", "build")
        save_pack(tmp_path, row, to_json(replace(pack, name=name)))
    assert read_given(Namespace(warehouse=tmp_path, pack=None))[0].name == "second"
    assert read_given(Namespace(warehouse=tmp_path, pack="first"))[0].name == "first"
    with pytest.raises(StandingError, match="There is no pack third"):
        read_given(Namespace(warehouse=tmp_path, pack="third"))


def test_a_file_is_replaced_whole_and_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    path = tmp_path / "board.pptx"
    write_file(path, b"first")
    write_file(path, b"second")
    assert path.read_bytes() == b"second"
    assert [each.name for each in tmp_path.iterdir()] == ["board.pptx"]
    with pytest.raises(StandingError, match="There is no folder"):
        write_file(tmp_path / "not there" / "board.pptx", b"")
    with pytest.raises(StandingError, match="cannot be written"):
        write_file(tmp_path, b"")


def test_a_build_that_cannot_be_read_leaves_out_what_the_numbers_would_be_now(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = make_pack()
    row = PackRow(pack.name, pack.title, pack.quarter_start, pack.frozen_at, "Ada", "build")
    save_pack(tmp_path, row, to_json(pack))
    (tmp_path / POINTER).write_text("broken")
    (tmp_path / "build_broken.duckdb").write_bytes(b"no database")
    assert read_given(Namespace(warehouse=tmp_path, pack=None)) == (pack, None)
    assert "What the numbers would be now is left out." in capsys.readouterr().err


def test_a_file_of_a_pack_is_written_from_its_ledger_alone(tmp_path: Path) -> None:
    pack = make_pack()
    row = PackRow(
        pack.name, pack.title, pack.quarter_start, pack.frozen_at, pack.frozen_by, pack.build_id
    )
    save_pack(tmp_path, row, to_json(pack))
    for command, made in (("present", to_presentation(pack).encode()), ("pdf", pack_to_pdf(pack))):
        out = tmp_path / command
        assert main([command, "--warehouse", str(tmp_path), "--out", str(out)]) == 0
        assert out.read_bytes() == made
    given = ["pdf", "--warehouse", str(tmp_path), "--out", str(tmp_path / "none" / "x.pdf")]
    assert main(given) == 2


@pytest.mark.parametrize(
    ("command", "name", "ending"),
    [
        ("deck", "board.pdf", ".pptx"),
        ("workbook", "board.csv", ".xlsx"),
        ("present", "board.pdf", ".html or .htm"),
        ("pdf", "board.pptx", ".pdf"),
        ("brief", "brief.docx", ".html or .htm or .pdf"),
    ],
)
def test_a_name_that_says_another_kind_of_file_is_refused(
    command: str, name: str, ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--warehouse", str(tmp_path), "--out", str(tmp_path / name)]) == 2
    assert f"{name} would not be what its name says, give it a name in {ending};" in (
        capsys.readouterr().err
    )
    assert list(tmp_path.iterdir()) == []


def test_the_ending_of_a_name_may_be_in_capitals() -> None:
    assert read_out(".pptx")("BOARD.PPTX") == Path("BOARD.PPTX")
