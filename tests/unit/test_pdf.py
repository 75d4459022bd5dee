"""The pack as PDF: every number on its pages, no word outside of its place, and names that stay names."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from analyses.board.document import Cell, Pack, Slide, Table
from analyses.board.writing import write_cell
from exports.pdf import pack_to_pdf
from tests.libreoffice import MISSING
from tests.packs import HOSTILE, make_pack
from tests.unit.test_presentation import list_cells

MARKUP = "#panic() $x^2$ *b* _c_ @ref <lab> `raw` \\ // /* [ {"
needs_reader = pytest.mark.skipif(shutil.which("pdftotext") is None, reason=MISSING)


@pytest.fixture(scope="module")
def pack() -> Pack:
    """With texts that Typst would read as markup or code."""
    slide = Slide("markup", "text", MARKUP, MARKUP, (MARKUP, "株式会社 \x07 \ue000"))
    pack = make_pack()
    return replace(pack, slides=(*pack.slides, slide))


@pytest.fixture(scope="module")
def pdf(pack: Pack) -> bytes:
    return pack_to_pdf(pack)


def read(program: str, content: bytes, folder: Path, *options: str) -> str:
    """What a program of poppler says, its white space evened out."""
    (folder / "read.pdf").write_bytes(content)
    last = ["-"] if program == "pdftotext" else []
    command = [program, *options, str(folder / "read.pdf"), *last]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return " ".join(done.stdout.replace("\u00a0", " ").split())


@needs_reader
def test_every_number_of_the_pack_can_be_read(pack: Pack, pdf: bytes, tmp_path: Path) -> None:
    text = read("pdftotext", pdf, tmp_path)
    missing = [
        write_cell(cell, "EUR")
        for cell in list_cells(pack)
        if cell.value != HOSTILE
        # Figures of a bridge carry their sign; a long text may break anywhere.
        and not all(word in text for word in write_cell(cell, "EUR").split())
    ]
    assert missing == []
    assert text.count(MARKUP) == 3
    assert HOSTILE.replace(" ", "") in text.replace(" ", "")


@needs_reader
def test_it_has_a_title_tags_and_a_page_a_slide(pack: Pack, pdf: bytes, tmp_path: Path) -> None:
    told = read("pdfinfo", pdf, tmp_path)
    assert "Title: Board pack 2026Q3, 2026Q3" in told
    assert "Tagged: yes" in told
    assert f"Pages: {len(pack.slides)}" in told


def test_the_same_pack_gives_the_same_bytes(pack: Pack, pdf: bytes) -> None:
    assert pack_to_pdf(pack) == pdf


@needs_reader
def test_nine_quarters_of_amounts_a_day_are_set_to_be_read(tmp_path: Path) -> None:
    """What an amount is counted by may stand beneath it: otherwise the longest one shrinks the whole table."""
    amounts = tuple(Cell(21_234.0 + 1000 * at, "currency_per_day") for at in range(9))
    headings = ("number", *(f"Q{at} 2026" for at in range(9)))
    table = Table("t", "T", headings, ((Cell("Sales velocity"), *amounts),) * 15)
    pack = replace(make_pack(), slides=(Slide("t", "table", "T", table=table),))
    boxes = read("pdftotext", pack_to_pdf(pack), tmp_path, "-bbox")
    heights = [
        float(part.split('yMax="')[1].split('"')[0]) - float(part.split('yMin="')[1].split('"')[0])
        for part in boxes.split("<word ")
        if ">EUR<" in part
    ]
    assert len(heights) == 135
    assert min(heights) >= 10


@needs_reader
def test_words_of_a_table_keep_apart_and_stay_on_the_page(tmp_path: Path) -> None:
    """A long word in a narrow column between long texts."""
    word, text = "Actively-dissatisfied-customers", "many words of a definition " * 12
    rows = tuple((Cell(word), Cell(text), Cell(0.5, "percent"), Cell(text)) for _ in range(5))
    table = Table("t", "T", ("number", "definition", "share", "mind"), rows)
    pack = replace(make_pack(), slides=(Slide("t", "table", "T", table=table),))
    boxes = read("pdftotext", pack_to_pdf(pack), tmp_path, "-bbox")
    places = [
        {name: float(boxes.split(f'{name}="')[at].split('"')[0]) for name in ("xMin", "xMax")}
        for at in range(1, boxes.count("<word "))
    ]
    assert max(each["xMax"] for each in places) <= 960
    ends = [
        float(part.split('xMax="')[1].split('"')[0])
        for part in boxes.split("<word ")
        if word in part
    ]
    begins = [
        float(part.split('xMin="')[1].split('"')[0])
        for part in boxes.split("<word ")
        if "many" in part
    ]
    assert max(ends) < min(begins)
