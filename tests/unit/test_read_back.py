"""One pack in every file that is made of it, read back: the pack's numbers are those of `show`, and those of deck,
presentation, PDF and workbook are the pack's and no others. test_brief.py and test_brief_pdf.py read the brief back.
"""

import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation

import cli
from analyses.board.compose import list_cells
from analyses.board.document import Cell, Pack, Slide
from analyses.board.writing import write_cell
from exports.deck import to_deck
from exports.pdf import pack_to_pdf
from exports.presentation import to_presentation
from exports.shown import say_foot
from exports.workbook import to_workbook
from metrics.reasons import REASONS
from tests.libreoffice import MISSING

# With its sign, where it is not the second of a range.
NUMBER = re.compile(r"(?:(?<![\w.,%)])[-+])?\d+(?:,\d{3})*(?:\.\d+)?")
PART = re.compile(r" \(\d+ of \d+\)")
FIELDS = ("value", "numerator", "denominator", "low", "high")


def test_every_number_of_the_pack_is_what_show_prints(
    sample_pack: Pack, sample_warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: dict[tuple[str, str, str | None, str | None], dict[str, Any]] = {}
    last = str(sample_pack.quarter_start)
    for asked in (("--last", "9"), ("--by", "segment", "--period", last)):
        command = ["show", "--grain", "quarter", "--format", "json", *asked]
        assert cli.main([*command, "--warehouse", str(sample_warehouse)]) == 0
        for row in json.loads(capsys.readouterr().out):
            shown[row["metric"], row["period_start"], row["breakdown"], row["member"]] = row
    kept = [each for each in sample_pack.numbers if each.dimension in (None, "segment")]
    assert len(kept) == len(shown) > 1000
    for each in kept:
        row = shown[each.metric, str(each.period_start), each.breakdown, each.member]
        for field in FIELDS:
            value = getattr(each, field)
            assert row[field] == (value and float(value)), (each, field)
        assert row["reason"] == each.reason
    cells = [cell for slide in sample_pack.slides for cell in list_cells(slide)]
    origins = [(cell, cell.origin) for cell in cells if cell.origin]
    assert len({origin.metric for _, origin in origins}) > 20
    for cell, origin in origins:
        row = shown[origin.metric, str(origin.period_start), origin.breakdown, origin.member]
        assert cell.number == pytest.approx(row[origin.part]), origin


def tidy(text: str) -> str:
    """On one line, with plain blanks and signs, without the places where words may break."""
    signs = {"\u00a0": " ", "\u2011": "-", "\u2212": "-", "\u200b": None, "\u2060": None}
    return " ".join(text.translate(str.maketrans(signs)).split())


def find_numbers(text: str) -> set[str]:
    """'34.0 months' of a table reads '34 months' in a sentence."""
    return {each.removesuffix(".0") for each in NUMBER.findall(tidy(text))}


def read_deck(pack: Pack) -> Iterator[str]:
    deck: Any = Presentation(io.BytesIO(to_deck(pack)))
    for slide in deck.slides:
        texts = [slide.notes_slide.notes_text_frame.text] if slide.has_notes_slide else []
        for shape in slide.shapes:
            if shape.has_text_frame and "Placeholder" not in shape.name:
                texts.append(shape.text_frame.text)
            elif shape.has_table:
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
        yield tidy("\n".join([slide.shapes.title.text_frame.text, *texts]))


class Sections(HTMLParser):
    """The text of each slide of a presentation, without its foot."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "section":
            self.texts.append("")
        self.is_inside = tag != "footer" and (self.is_inside or tag in ("section", "aside"))

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = self.is_inside and tag != "section"

    def handle_data(self, data: str) -> None:
        if self.is_inside:
            self.texts[-1] += f" {data}"


def read_presentation(pack: Pack) -> Iterator[str]:
    return map(tidy, Sections(to_presentation(pack)).texts)


def read_pdf(pack: Pack) -> Iterator[str]:
    if shutil.which("pdftotext") is None:
        pytest.skip(MISSING)
    command = ["pdftotext", "-layout", "-", "-"]
    done = subprocess.run(command, input=pack_to_pdf(pack), capture_output=True, check=True)
    *pages, _ = done.stdout.decode().split("\f")
    for number, page in enumerate(pages, 1):
        text = tidy(page)
        assert say_foot(pack) in text
        yield text.replace(say_foot(pack), "").replace(f" {number} / {len(pages)}", "")


def known_of(slide: Slide, pack: Pack) -> set[str]:
    """The numbers of all that a slide holds: its words, its cells, the intervals of its chart."""
    texts = [slide.title, slide.subtitle, *slide.lines, *slide.notes]
    texts += [write_cell(cell, pack.currency) for cell in list_cells(slide)]
    if slide.table:
        texts += [slide.table.title, *slide.table.headings]
    if slide.chart:
        texts += [*slide.chart.categories, slide.chart.alt]
        for series in slide.chart.series:
            unit = series.cells[0].unit
            bounds = (Cell(each, unit) for each in (*series.low, *series.high))
            texts += [series.name, *(write_cell(each, pack.currency) for each in bounds)]
    return find_numbers(" ".join(texts))


@pytest.mark.parametrize("read", [read_deck, read_presentation, read_pdf])
def test_a_file_states_the_numbers_of_each_slide_and_no_others(
    sample_pack: Pack, read: Callable[[Pack], Iterator[str]]
) -> None:
    found = {slide.key: set[str]() for slide in sample_pack.slides}
    for text in read(sample_pack):
        slides = [each for each in sample_pack.slides if tidy(each.title) in text]
        if not slides:
            assert text.startswith("Appendix")
            continue
        slide = max(slides, key=lambda each: len(each.title))
        found[slide.key] |= find_numbers(PART.sub("", text))
    for slide in sample_pack.slides:
        cells = [cell for row in (slide.table.rows if slide.table else ()) for cell in row]
        if slide.chart and read is read_presentation:
            drawn = [each for each in slide.chart.series if each.role != "hidden"]
            cells += [cell for each in drawn for cell in each.cells]
        stated = [write_cell(cell, sample_pack.currency) for cell in cells]
        stated += [slide.title, slide.subtitle, *slide.lines]
        assert find_numbers(" ".join(stated)) <= found[slide.key], slide.key
        assert found[slide.key] <= known_of(slide, sample_pack), slide.key


def test_each_chart_of_the_deck_holds_its_numbers_in_full(sample_pack: Pack) -> None:
    charts = [each.chart for each in sample_pack.slides if each.chart]
    deck: Any = Presentation(io.BytesIO(to_deck(sample_pack)))
    drawn = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert len(drawn) == len(charts) > 4
    for chart, native in zip(charts, drawn, strict=True):
        values = [list(each.values) for each in native.plots[0].series]
        assert values == [[cell.number for cell in each.cells] for each in chart.series]


def test_the_workbook_holds_every_number_as_a_number(sample_pack: Pack) -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(sample_pack, None)), data_only=True)
    heads, *rows = book["Numbers"].iter_rows(values_only=True)
    defined = {each.metric: each.definition for each in sample_pack.definitions}
    for values, record in zip(rows, sample_pack.numbers, strict=True):
        row = dict(zip(heads, values, strict=True))
        names = (record.metric, record.dimension, record.breakdown, record.member)
        assert tuple(row[each] for each in ("metric", "dimension", "breakdown", "member")) == names
        for field in FIELDS:
            value = getattr(record, field)
            assert row[field] == (value and float(value)), (names, field)
        why = record.reason and REASONS.get(record.reason, record.reason)
        assert row["why there is none"] == why
        assert row["definition"] == defined[record.metric]
    sheets = {
        sheet["A1"].value: list_numbers(sheet.iter_rows(values_only=True))
        for sheet in book.worksheets
    }
    for slide in sample_pack.slides:
        if slide.key == "definitions" or not (slide.table or slide.chart):
            continue
        cells = [cell.number for cell in list_cells(slide)[len(slide.told) :]]
        bounds = [
            each
            for series in (slide.chart.series if slide.chart else ())
            for each in (*series.low, *series.high)
        ]
        assert sheets[slide.title] == sorted(each for each in (*cells, *bounds) if each is not None)
    stated = [
        row[3]
        for row in book["Slides"].iter_rows(min_row=2, values_only=True)
        if row[1] == "number stated"
    ]
    told = [cell for slide in sample_pack.slides for cell in slide.told]
    assert [each for each in stated if not isinstance(each, str)] == [
        cell.number for cell in told if cell.number is not None
    ]


def list_numbers(rows: Iterable[tuple[Any, ...]]) -> list[float]:
    return sorted(float(cell) for row in rows for cell in row if isinstance(cell, int | float))
