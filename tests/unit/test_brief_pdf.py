"""The brief as PDF: two sheets whatever is written in it, and the numbers of the brief read back."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from analyses.board.writing import write_cell
from analyses.brief import Brief
from cli import main
from commands.briefed import read_brief
from exports.brief.pdf import to_pdf
from tests.packs import HOSTILE
from tests.unit.test_brief import list_cells, make_brief


def count_pages(content: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", content))


def read_text(content: bytes) -> str:
    """The text on one line, without the places where words may break."""
    if shutil.which("pdftotext") is None:
        pytest.skip(
            "no pdftotext here: `python tests/libreoffice.py` installs it on Debian as root"
        )
    read = ["pdftotext", "-raw", "-", "-"]
    found = subprocess.run(read, input=content, capture_output=True, check=True).stdout.decode()
    return " ".join(found.replace("\u200b", "").split())


@pytest.mark.parametrize(
    "brief",
    [
        pytest.param(make_brief(), id="few"),
        pytest.param(make_brief("MW " * 90, notes=12, text="Wm " * 200), id="long"),
        pytest.param(make_brief("M" * 90, notes=12, text="W" * 900), id="one word"),
        pytest.param(make_brief(text="#read(\"/etc/passwd\") $x$ *b* @label [x] // \\"), id="markup"),
    ],
)  # fmt: skip
def test_it_is_two_sheets(brief: Brief) -> None:
    content = to_pdf(brief)
    assert count_pages(content) == 2
    assert content == to_pdf(brief)


def test_what_people_wrote_is_text() -> None:
    wrote = '#read("/etc/passwd") $x$ *b* @label [x]'
    assert wrote in read_text(to_pdf(make_brief(text=wrote)))
    assert HOSTILE in read_text(to_pdf(make_brief()))


def test_the_file_states_every_number(sample_warehouse: Path, tmp_path: Path) -> None:
    file, brief = tmp_path / "brief.pdf", read_brief(sample_warehouse, None)
    assert main(["brief", "--warehouse", str(sample_warehouse), "--out", str(file)]) == 0
    content = file.read_bytes()
    assert count_pages(content) == 2
    assert brief.title.encode() in content
    text = read_text(content)
    written = [write_cell(cell, "EUR") for cell in list_cells(brief)]
    assert [each for each in written if each not in text] == []
    assert [each for each in brief.sentences if each not in text.replace("- ", "-")] == []
