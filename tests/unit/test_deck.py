"""The deck, read back: every number of the pack, in native charts and tables, and the company's own template."""

import io
from dataclasses import replace
from functools import cache
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from analyses.board.document import Cell, Chart, Slide, Table, Today
from analyses.board.writing import write_cell
from exports.deck import to_deck
from exports.deck.sheets import number_format
from tests.packs import HOSTILE, make_pack


def read(deck: bytes) -> Any:
    return Presentation(io.BytesIO(deck))


@cache
def make_deck() -> bytes:
    return to_deck(make_pack())


def untie(text: str) -> str:
    """The same with amounts that a line break may part."""
    return text.replace("\u00a0", " ").replace("\u2011", "-")


def titles_of(deck: Any) -> list[str]:
    return [untie(each.shapes.title.text_frame.text) for each in deck.slides]


def find_slide(deck: Any, title: str) -> Any:
    return deck.slides[titles_of(deck).index(title)]


def find_chart(slide: Any) -> Any:
    (found,) = [each for each in slide.shapes if each.has_chart]
    return found.chart


def texts_of(slide: Any) -> str:
    return untie("\n".join(each.text_frame.text for each in slide.shapes if each.has_text_frame))


def rows_of(slide: Any) -> list[list[str]]:
    (found,) = [each.table for each in slide.shapes if each.has_table]
    return [[cell.text for cell in row.cells] for row in found.rows]


def test_every_number_that_a_slide_states_stands_on_it() -> None:
    deck, pack = read(make_deck()), make_pack()
    for slide in pack.slides:
        for cell in slide.told:
            assert write_cell(cell, pack.currency) in texts_of(find_slide(deck, slide.title))


def test_a_table_is_native_and_its_cells_read_as_the_pages_write_them() -> None:
    deck, pack = read(make_deck()), make_pack()
    for slide in pack.slides:
        if slide.table and slide.layout != "headlines":
            expected = [[write_cell(each, "EUR") for each in row] for row in slide.table.rows]
            assert rows_of(find_slide(deck, slide.title)) == [[*slide.table.headings], *expected]


def test_headlines_stand_in_two_rows_with_what_was_done_and_is_asked() -> None:
    deck = read(make_deck())
    headings, numbers, words = rows_of(find_slide(deck, "Churn rose to 3.0 %"))
    reported = "as last reported: n/a (no pack before)"
    assert headings == ["number", "2026Q3", "95 % interval", "target", "2026Q2", "as last reported"]
    assert numbers == [
        "Customer churn rate\nCustomer success",
        "3.0 %",
        "1.0-8.5 %",
        "2.0 %",
        "2.0 %",
        "n/a",
    ]
    assert [each for each in words if each] == [
        "Action: Called all at risk", "Decision asked: Approve two more people",
    ]  # fmt: skip
    assert reported in texts_of(find_slide(deck, "Churn rose to 3.0 %"))


def test_what_a_headline_comes_to_is_said_in_words() -> None:
    pack = make_pack()
    slide = pack.slides[1]
    assert slide.table
    *first, target = slide.table.rows[0][:4]
    row = (*first, replace(target, remark="missed"), *slide.table.rows[0][4:])
    table = replace(slide.table, rows=(row,))
    deck = read(to_deck(replace(pack, slides=(replace(slide, table=table),))))
    assert rows_of(deck.slides[0])[1][3] == "2.0 %: missed"


def test_a_chart_is_native_and_its_sheet_holds_its_numbers_in_full() -> None:
    deck, pack = read(make_deck()), make_pack()
    for slide in pack.slides:
        if slide.chart is None:
            continue
        chart = find_chart(find_slide(deck, slide.title))
        book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        sheet = book["Sheet1"]
        for column, (series, drawn) in enumerate(
            zip(slide.chart.series, chart.plots[0].series, strict=True), 2
        ):
            values = [
                None if each.value is None else float(str(each.value)) for each in series.cells
            ]
            assert [*drawn.values] == values
            cells = [sheet.cell(row, column).value for row in range(2, 2 + len(values))]
            # A sheet keeps 16 digits.
            assert [each and float(f"{each:.16g}") for each in values] == cells
            assert sheet.cell(1, column).value == series.name


def test_an_interval_is_drawn_from_cells_of_the_sheet() -> None:
    chart = find_chart(find_slide(read(make_deck()), "Churn rose to 3.0 %, from 2.0 %"))
    (bars,) = chart._chartSpace.xpath(".//c:errBars")
    minus = bars.find(qn("c:minus"))
    below = [float(each.text) for each in minus.iter(qn("c:v"))]
    assert below == pytest.approx([0.02 - 0.006, 0.03 - 0.01])
    assert [each.text for each in minus.iter(qn("c:f"))] == ["Sheet1!$E$2:$E$3"]
    book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    names = [cell.value for cell in book["Sheet1"][1]]
    assert names == [
        None,
        "churn",
        "churn: 95 % low",
        "churn: 95 % high",
        "churn: below",
        "churn: above",
    ]
    assert [book["Sheet1"].cell(row, 5).value for row in (2, 3)] == pytest.approx(below)


def test_what_lifts_a_bridge_is_not_seen() -> None:
    chart = find_chart(find_slide(read(make_deck()), "MRR fell"))
    hidden, *others = chart.plots[0].series
    assert hidden._element.xpath("c:spPr/a:noFill")
    assert not hidden._element.xpath("c:dLbls")
    assert all(each._element.xpath("c:dLbls/c:showVal[@val='1']") for each in others)


@pytest.mark.parametrize(
    ("unit", "values", "code"),
    [
        ("percent", [0.03], "0.0 %"),
        (
            "currency",
            [2_510_000, 56_300],
            '[>=999500]#,##0.00,," M";[>=99950]#,##0," k";#,##0.0," k"',
        ),
        ("currency", [104_000, 1_780], '[>=99950]#,##0," k";[>=9999.5]#,##0.0," k";#,##0'),
        ("currency", [18_700], '[>=9999.5]#,##0.0," k";#,##0'),
        ("currency", [950], "#,##0"),
        ("currency", [-27_200, 900], '#,##0.0," k"'),
        ("months", [3], "0.0"),
    ],
)
def test_a_chart_writes_its_numbers_as_the_pages_do(
    unit: str, values: list[float], code: str
) -> None:
    assert number_format(unit, values) == code


def test_who_does_not_see_a_chart_or_a_table_has_it_in_words() -> None:
    deck, pack = read(make_deck()), make_pack()
    drawn = [
        each._element.xpath(".//p:cNvPr/@descr")[0]
        for slide in deck.slides
        for each in slide.shapes
        if each.has_chart or each.has_table
    ]
    assert all(drawn)
    assert [each.chart.alt for each in pack.slides if each.chart] == [drawn[1], drawn[2]]
    # Action and decision stand beneath each number: no column has them.
    assert "decision" not in drawn[0]


def test_the_speaker_has_the_notes_and_each_slide_its_origin_and_number() -> None:
    deck = read(make_deck())
    churn = find_slide(deck, "Churn rose to 3.0 %, from 2.0 %")
    assert churn.notes_slide.notes_text_frame.text.splitlines() == [
        "Customer churn rate: customers lost as a share of those at the start.",
        "n = 100.",
        "Source: CRM export.",
    ]
    assert "As of 4 Oct 2026" in texts_of(churn)
    assert "2026q3, frozen 4 Oct 2026, 08:00 UTC" in texts_of(churn)
    assert churn.shapes._spTree.xpath(".//a:fld[@type='slidenum']")


def test_a_customers_name_is_a_text() -> None:
    deck = read(make_deck())
    assert rows_of(find_slide(deck, "One customer pays an eighth"))[1][0] == HOSTILE
    assert HOSTILE in texts_of(find_slide(deck, "What lifetime value rests on"))
    links = [each for slide in deck.slides for each in slide.part.rels.values() if each.is_external]
    assert links == []


def test_characters_that_no_file_of_office_holds_are_left_out() -> None:
    odd = "a\x00b\ud800c\x1bd\ufffe"
    pack = make_pack()
    slides = tuple(
        replace(
            each,
            title=f"{odd} {each.key}",
            notes=(odd,),
            lines=(odd,),
            table=replace(each.table, headings=(odd, *each.table.headings[1:]))
            if each.table
            else None,
            chart=replace(each.chart, categories=(odd, "2026Q3"), alt=odd)
            if each.chart and each.key == "churn"
            else each.chart,
        )
        for each in pack.slides
    )
    deck = read(to_deck(replace(pack, slides=slides, title=odd, frozen_by=odd)))
    assert "a b c d" in titles_of(deck)[0]
    # What cannot be seen has nothing to draw.
    empty = Chart("columns", "percent", (), (), "nothing")
    assert (
        len(
            read(
                to_deck(replace(pack, slides=(Slide("none", "chart", "None", chart=empty),)))
            ).slides
        )
        == 1
    )


def test_the_same_pack_is_the_same_file() -> None:
    assert to_deck(make_pack()) == make_deck()


def test_a_long_table_goes_on_beneath_its_headings_on_the_next_slide() -> None:
    rows = tuple((Cell(f"customer {each}"), Cell(each, "count")) for each in range(60))
    table = Table("long", "Long", ("customer", "n"), rows)
    slides = (Slide("long", "table", "Sixty", table=table, lines=("A line.",)),)
    deck = read(to_deck(replace(make_pack(), slides=slides)))
    parts = [rows_of(each) for each in deck.slides]
    assert len(parts) > 1
    assert all(part[0] == ["customer", "n"] for part in parts)
    assert [row for part in parts for row in part[1:]] == [
        [f"customer {n}", str(n)] for n in range(60)
    ]
    assert titles_of(deck)[0] == f"Sixty (1 of {len(parts)})"


def test_a_text_too_long_for_a_slide_goes_on_on_the_next_beneath_its_name() -> None:
    text = " ".join(f"word{each}" for each in range(2000))
    row = (Cell("Customer churn rate"), Cell(text), Cell("Ada"))
    table = Table("notes", "Notes", ("number", "note", "by"), (row,))
    slides = (Slide("notes", "table", "Notes", table=table),)
    deck = read(to_deck(replace(make_pack(), slides=slides)))
    parts = [rows_of(each)[1] for each in deck.slides]
    assert len(parts) > 1
    assert " ".join(note for _, note, _ in parts) == text
    assert [(name, by) for name, _, by in parts] == [
        ("Customer churn rate", "Ada"),
        *[("Customer churn rate (cont.)", "")] * (len(parts) - 1),
    ]


def test_the_rows_of_a_long_table_are_spread_evenly() -> None:
    rows = tuple((Cell(f"customer {each}"), Cell(each, "count")) for each in range(21))
    table = Table("long", "Long", ("customer", "n"), rows)
    deck = read(to_deck(replace(make_pack(), slides=(Slide("long", "table", "T", table=table),))))
    first, second = (len(rows_of(each)) - 1 for each in deck.slides)
    assert first + second == 21
    assert second > 6
    # Two slides hold them at more than the least size.
    (table,) = (each.table for each in deck.slides[0].shapes if each.has_table)
    assert table.cell(0, 0).text_frame.paragraphs[0].runs[0].font.size.pt > 12


def test_a_unit_stands_once_a_row_where_amounts_would_be_broken() -> None:
    quarters = tuple(f"Q{each % 4 + 1} 20{20 + each // 4}" for each in range(12))
    rows = (
        (Cell("Sales velocity"), *(Cell(23_000.0, "currency_per_day") for _ in quarters)),
        (Cell("Net advocacy"), *(Cell(-12.3, "points") for _ in quarters[1:]), Cell(None)),
        (Cell("Win rate"), *(Cell(0.273, "percent") for _ in quarters)),
    )
    table = Table("nine", "Nine", ("number", *quarters), rows)
    deck = read(to_deck(replace(make_pack(), slides=(Slide("nine", "table", "T", table=table),))))
    assert [(row[0], row[1], row[-1]) for row in rows_of(deck.slides[0])[1:]] == [
        ("Sales velocity (EUR / day)", "23.0 k", "23.0 k"),
        ("Net advocacy (points)", "-12.3", "n/a"),
        ("Win rate", "27.3 %", "27.3 %"),
    ]


def test_a_decision_is_not_cut_but_goes_on_on_a_further_slide() -> None:
    pack = make_pack()
    slide = pack.slides[1]
    assert slide.table
    asked = "Agree to EUR 60,000 for the win-back programme of the coming year. " * 4
    rows = tuple(
        (*row[:-1], Cell(f"{asked}{each}")) for row in slide.table.rows for each in range(5)
    )
    lines = tuple(f"Number {each} was reported otherwise: late data." for each in range(6))
    slides = (replace(slide, table=replace(slide.table, rows=rows), lines=lines),)
    deck = read(to_deck(replace(pack, slides=slides)))
    tables = [each for each in deck.slides if any(shape.has_table for shape in each.shapes)]
    words = [cell for each in tables for row in rows_of(each) for cell in row]
    assert [f"Decision asked: {asked}{each}" in words for each in range(5)] == [True] * 5
    assert all(any(line in texts_of(each) for each in deck.slides) for line in lines)
    sizes = {
        run.font.size.pt
        for each in tables
        for shape in each.shapes
        if shape.has_table
        for cell in shape.table.iter_cells()
        for paragraph in cell.text_frame.paragraphs
        for run in paragraph.runs
    }
    assert min(sizes) >= 11


def test_a_decision_longer_than_a_slide_says_where_it_stands_in_full() -> None:
    pack = make_pack()
    slide = pack.slides[1]
    assert slide.table
    asked = "Agree to it. " * 300
    rows = tuple((*row[:-1], Cell(asked)) for row in slide.table.rows)
    deck = read(
        to_deck(replace(pack, slides=(replace(slide, table=replace(slide.table, rows=rows)),)))
    )
    cut = next(each for each in rows_of(deck.slides[0])[2] if each.startswith("Decision"))
    assert cut.endswith("…\nIn full in the speaker notes.")
    assert asked in deck.slides[0].notes_slide.notes_text_frame.text


def test_lines_that_do_not_fit_go_on() -> None:
    lines = tuple(f"{number}: " + "some words " * 30 for number in range(30))
    slides = (Slide("text", "text", "Many", lines=lines),)
    deck = read(to_deck(replace(make_pack(), slides=slides)))
    found = "\n".join(texts_of(each) for each in deck.slides)
    assert all(line in found for line in lines)


def test_what_the_numbers_would_be_now_stands_before_the_appendix() -> None:
    pack = make_pack()
    slide = Slide("now", "text", "What these numbers would be now", lines=("Churn: 3.1 %.",))
    today = Today("another build", pack.as_of, pack.numbers, slide, 1)
    titles = titles_of(read(to_deck(pack, today)))
    assert titles[-3:] == [
        "What these numbers would be now",
        "Appendix",
        "What lifetime value rests on",
    ]
    assert titles_of(read(to_deck(pack, replace(today, build_id=pack.build_id)))) == titles
    same = replace(today, build_id=pack.build_id, changed=0)
    assert to_deck(pack, same) == make_deck()


def test_headlines_too_many_for_a_slide_go_on_on_the_next() -> None:
    pack = make_pack()
    slide = pack.slides[1]
    assert slide.table
    table = replace(slide.table, rows=slide.table.rows * 12)
    deck = read(to_deck(replace(pack, slides=(replace(slide, table=table),))))
    assert len(deck.slides) == 2
    values = [row[1] for each in deck.slides for row in rows_of(each)[1::2]]
    assert values == ["3.0 %"] * 12
